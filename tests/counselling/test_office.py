"""Colleagues who book for a caller; outside the roster where they may, over a booking never."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from counselling.actions import (
    book_for_client,
    everyone_at,
)
from counselling.errors import (
    PersonBusyError,
    SlotTakenError,
    TooManyOpenError,
)
from counselling.models import Reason, Status
from tests.counselling.people import (
    book,
    choice,
    client,
    counsellor,
    reminders,
    told,
)
from tests.factories.accounts import UserFactory
from tests.factories.counselling import (
    CounsellorFactory,
    at,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("four_weeks_before")]
NINE, TEN = at(9), at(10)
TEN_MINUTES = dt.timedelta(minutes=10)


def test_colleagues_book_for_a_caller_at_once(reason: Reason) -> None:
    who, colleague = counsellor(), UserFactory.create()
    booked = book_for_client(
        choice=choice(reason, NINE),
        candidates=(who.pk,),
        client=client("Ion", email="", phone="+37360123456"),
        by=colleague,
    )
    assert (booked.status, booked.source, booked.made_by) == (Status.BOOKED, "office", colleague)
    assert booked.contact is not None
    assert booked.contact.phone == "+37360123456"
    step = booked.steps.get()
    assert (step.old, step.new, step.by, step.actor) == ("", "booked", "staff", colleague)
    assert told("booked") == told("roster_booked") == 1
    assert len(reminders()) == 3
    with pytest.raises(SlotTakenError):
        book_for_client(choice=choice(reason, NINE), candidates=(who.pk,), client=client(), by=colleague)


def test_a_right_to_override_never_books_over_a_booking(reason: Reason) -> None:
    who, colleague = counsellor(), UserFactory.create()
    evening = choice(reason, at(20))
    fields: dict[str, Any] = {"candidates": everyone_at(choice=evening), "by": colleague}
    booked = book_for_client(choice=evening, client=client(), override_reason="urgent", **fields)
    assert (booked.counsellor, booked.override_reason) == (who, "urgent")
    book(reason, NINE, client(has_proved_address=True))
    with pytest.raises(TooManyOpenError):
        book_for_client(choice=choice(reason, at(19)), client=client(), **fields)
    assert book_for_client(
        choice=choice(reason, at(19)), client=client(), override_reason="urgent", **fields
    ).pk
    with pytest.raises(SlotTakenError):
        book_for_client(choice=evening, client=client("Ion"), override_reason="urgent", **fields)
    other = CounsellorFactory.create()
    with pytest.raises(PersonBusyError):
        book_for_client(
            choice=evening, client=client(), override_reason="urgent", by=colleague, candidates=(other.pk,)
        )


def test_whoever_books_for_themselves_is_not_told_of_it(reason: Reason) -> None:
    who = counsellor()
    book_for_client(choice=choice(reason, NINE), candidates=(who.pk,), client=client(), by=who.user)
    assert told("roster_booked") == 0


def test_nobody_is_booked_with_who_no_longer_takes_people(reason: Reason) -> None:
    who = counsellor()
    who.is_active = False
    who.save()
    with pytest.raises(SlotTakenError):
        book_for_client(
            choice=choice(reason, NINE), candidates=(who.pk,), client=client(), by=UserFactory.create()
        )
