"""Nobody is asked to come to a counter whose address is not known."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from counselling import availability, journey
from counselling.actions.claiming import just_taken
from counselling.errors import NotOfferedError
from counselling.models import Appointment, Mode
from shopfronts.models import ShopFront
from tests.factories.accounts import UserFactory
from tests.factories.counselling import AppointmentFactory, ReasonFactory, ShiftFactory, shopfront

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def test_a_counter_without_an_address_talks_by_telephone_and_video_alone(client: Client) -> None:
    place, reason = shopfront(address=" "), ReasonFactory.create(modes=["in_person", "phone", "video"])
    ShiftFactory.create(counsellor__video_room="https://video.example.com/ana")
    there = (place,)
    assert availability.find(availability.Wish(reason, there, language="ro", mode="in_person")) == []
    assert availability.find(availability.Wish(reason, language="ro", mode="in_person")) == []
    by_phone = availability.find(availability.Wish(reason, there, language="ro", mode="phone"))
    assert by_phone
    start = by_phone[0].starts_at
    assert not availability.is_worked(availability.Wish(reason, there, mode="in_person"), start)
    assert availability.is_worked(availability.Wish(reason, there, mode="phone"), start)
    assert journey.place_of("cahul").modes(reason) == [Mode.PHONE, Mode.VIDEO]
    page = client.get(reverse("counselling:book_start")).text
    assert "adresa încă nu este cunoscută" in page


def test_with_an_address_people_may_come(client: Client) -> None:
    place, reason = shopfront(), ReasonFactory.create()
    ShiftFactory.create()
    assert availability.find(availability.Wish(reason, (place,), language="ro", mode="in_person"))
    assert Mode.IN_PERSON in journey.place_of("cahul").modes(reason)
    assert "adresa încă nu este cunoscută" not in client.get(reverse("counselling:book_start")).text


@pytest.mark.parametrize("blank", ["", " ", "\u00a0\t"])
def test_the_database_takes_no_new_booking_in_person_there(blank: str) -> None:
    place = shopfront(address=blank)
    for held in (True, False):
        with pytest.raises(NotOfferedError), just_taken():
            AppointmentFactory.create(shopfront=place, held=held)
    by_phone = AppointmentFactory.create(
        shopfront=place, mode="phone", member=UserFactory.create(phone="+37360123456")
    )
    with pytest.raises(IntegrityError, match="address is not known"), transaction.atomic():
        Appointment.objects.filter(pk=by_phone.pk).update(mode="in_person")
    assert AppointmentFactory.create(shopfront=place, walk_in=True).pk  # they are there
    ShopFront.objects.update(address="str. Ștefan cel Mare 18")
    assert Appointment.objects.filter(pk=by_phone.pk).update(mode="in_person") == 1
    assert AppointmentFactory.create(shopfront=place).pk


def test_what_was_booked_before_the_address_went_stays() -> None:
    row = AppointmentFactory.create()
    elsewhere = shopfront(slug="edinet", address="")
    ShopFront.objects.update(address="")
    rows = Appointment.objects.filter(pk=row.pk)
    assert rows.update(status="booked", name="Nina", mode="in_person") == 1
    with pytest.raises(IntegrityError, match="address is not known"), transaction.atomic():
        rows.update(shopfront=elsewhere)
