"""Moves within minutes are told as one, to the client and to the counsellor."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from counselling import actions
from counselling.actions import cancel_appointment, join_waiting_list, move_appointment
from counselling.actors import Actor
from counselling.models import Appointment, Offer, Reason
from notifications import rendering
from notifications.models import Delivery
from tests.counselling.people import NOW, book, choice, client, counsellor, wanted
from tests.factories.accounts import UserFactory
from tests.factories.counselling import ReasonFactory, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def reason(four_weeks_before: Any) -> Reason:
    """A talk, with two who give it."""
    counsellor()
    counsellor()
    found: Reason = ReasonFactory.create()
    return found


class TestMoves:
    """Several moves within minutes are told as one."""

    def move(self, old: Appointment, start: dt.datetime, by: Actor | None = None) -> Appointment:
        """Another time with whoever is free."""
        candidates = (old.counsellor_id,)
        return move_appointment(
            appointment=old, choice=choice(old.reason, start), candidates=candidates, by=by or Actor.client()
        )

    def test_the_last_one_counts_for_client_and_counsellor(self, reason: Reason) -> None:
        row = book(reason, at(9))
        for minute in (30, 0, 30, 0, 30):
            row = self.move(row, at(10, minute))
        waiting = Delivery.objects.filter(status="planned", notification__kind="counselling.moved")
        assert waiting.get().not_before == NOW + dt.timedelta(minutes=5)
        text = rendering.mail(waiting.get()).text
        assert "ora 09:00" in text  # what the reader knew before
        assert "ora 10:30" in text
        board = Delivery.objects.filter(status="planned", notification__kind="counselling.roster_booked")
        assert board.get().notification.context["starts_at"] == at(10, 30).isoformat()

    def test_a_cancelled_one_is_told_as_cancelled_alone(self, reason: Reason) -> None:
        row = self.move(book(reason, at(9)), at(10))
        cancel_appointment(appointment=row, by=Actor.client())
        kinds = Delivery.objects.filter(status="planned", channel="email").exclude(
            notification__kind__startswith="counselling.reminder"
        )
        assert set(kinds.values_list("notification__kind", flat=True)) == {
            "counselling.booked",
            "counselling.cancelled",
        }

    def test_a_counsellor_of_minutes_is_told_nothing(self, reason: Reason) -> None:
        row = book(reason, at(9))
        first = row.counsellor
        other = next(one for one in type(first).objects.all() if one != first)
        there = move_appointment(
            appointment=row, choice=choice(reason, at(10)), candidates=(other.pk,), by=Actor.client()
        )
        move_appointment(
            appointment=there, choice=choice(reason, at(11)), candidates=(first.pk,), by=Actor.client()
        )
        planned = Delivery.objects.filter(status="planned", channel="in_app")
        assert [row.notification.user_id for row in planned] == [first.user_id]

    def test_the_desk_is_told_at_once_and_never_counted(self, reason: Reason) -> None:
        row = book(reason, at(9))
        self.move(row, at(10), by=Actor.staff(UserFactory.create()))
        moved = Delivery.objects.get(notification__kind="counselling.moved", channel="email")
        assert moved.not_before == NOW
        assert not moved.notification.is_unproved
        booked = Delivery.objects.get(notification__kind="counselling.booked", channel="email")
        assert booked.notification.is_unproved
        reminders = Delivery.objects.filter(notification__kind__startswith="counselling.reminder")
        assert not any(one.notification.is_unproved for one in reminders)


def test_an_earlier_place_tells_the_counsellor_of_before(reason: Reason) -> None:
    blocker = book(reason, at(9), "Blocker")
    mine = book(reason, at(11), client(has_proved_address=True))
    other = next(one for one in type(blocker.counsellor).objects.all() if one != blocker.counsellor)
    Appointment.objects.filter(pk=mine.pk).update(counsellor=other)
    join_waiting_list(
        wanted=wanted(reason, instead_of=mine), client=client(zone="Europe/Chisinau", has_proved_address=True)
    )
    cancel_appointment(appointment=blocker, by=Actor.client())
    actions.take_offer(offer=Offer.objects.get())
    gone = Delivery.objects.filter(notification__kind="counselling.roster_cancelled", channel="in_app")
    assert other.user_id in {row.notification.user_id for row in gone}
