"""Nobody is asked to come to a counter whose address is not known."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from counselling import availability, journey
from counselling.models import Mode
from tests.factories.counselling import ReasonFactory, ShiftFactory, shopfront

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def test_a_counter_without_an_address_talks_by_telephone_and_video_alone(client: Client) -> None:
    place, reason = shopfront(address=" "), ReasonFactory.create(modes=["in_person", "phone", "video"])
    ShiftFactory.create()
    there = (place,)
    assert availability.find(availability.Wish(reason, there, language="ro", mode="in_person")) == []
    assert availability.find(availability.Wish(reason, language="ro", mode="in_person")) == []
    by_phone = availability.find(availability.Wish(reason, there, language="ro", mode="phone"))
    assert by_phone
    start = by_phone[0].starts_at
    assert not availability.is_worked(availability.Wish(reason, there, mode="in_person"), start)
    assert availability.is_worked(availability.Wish(reason, there, mode="phone"), start)
    assert Mode.IN_PERSON not in journey.place_of("cahul").modes(reason)
    page = client.get(reverse("counselling:book_start")).text
    assert "adresa încă nu este cunoscută" in page


def test_with_an_address_people_may_come(client: Client) -> None:
    place, reason = shopfront(), ReasonFactory.create()
    ShiftFactory.create()
    assert availability.find(availability.Wish(reason, (place,), language="ro", mode="in_person"))
    assert Mode.IN_PERSON in journey.place_of("cahul").modes(reason)
    assert "adresa încă nu este cunoscută" not in client.get(reverse("counselling:book_start")).text
