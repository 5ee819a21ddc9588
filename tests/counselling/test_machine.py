"""People who hold, book, move, cancel, come, wait for places and let them pass, and a clock, in any order.

Whatever happens, no counsellor and no person is in two places (told by SQL after every step), every refusal is one that a
count by hand expects, steps that the table lacks are refused, and no booking is lost.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from counselling import actions
from counselling.actions import Choice
from counselling.actors import Actor
from counselling.errors import (
    BookingError,
    IllegalStepError,
    PersonBusyError,
    SlotTakenError,
    TooManyOpenError,
)
from counselling.models import Appointment, Offer, Status, WaitingEntry
from counselling.states import AHEAD, OCCUPYING, STEPS
from tests.counselling.people import NOW, client, counsellor, wanted, wish
from tests.factories.counselling import ReasonFactory, at, shopfront
from tests.project.booking_rig import overlaps

pytestmark = pytest.mark.django_db
SHORT_STARTS, LONG_STARTS = (at(9), at(9, 30), at(10)), (at(9), at(10))
MOST_OPEN = 2
VISITORS, PEOPLE = ("v1", "v2"), ("Nina", "Ion", "Ana")
VERBS = {
    "arrive": (actions.note_arrival, Status.ARRIVED),
    "complete": (actions.complete_session, Status.COMPLETED),
    "absent": (actions.note_absence, Status.NO_SHOW),
}
Outcome = Appointment | type[Exception]


def outcome(deed: Any, *args: Any, **kwargs: Any) -> Any:
    """What a deed gives, or the kind of its refusal."""
    try:
        return deed(*args, **kwargs)
    except (BookingError, IllegalStepError) as error:
        return type(error)


class Office(RuleBasedStateMachine):
    """Two counsellors, two reasons, two visitors, three people."""

    looked = 0  # how often the invariants were asked, over all runs

    def __init__(self) -> None:
        super().__init__()
        self.all = transaction.atomic()
        self.all.__enter__()
        self.travel = time_machine.travel(NOW, tick=False)
        self.clock = self.travel.start()
        self.people = [counsellor(), counsellor()]
        self.reasons = {
            False: ReasonFactory.create(most_open=MOST_OPEN),
            True: ReasonFactory.create(most_open=MOST_OPEN, duration=50, buffer_after=10),
        }
        self.status: dict[Any, str] = {}  # what became of each booking, as the deeds have said

    # How things stand, counted by hand

    def rows(self) -> list[Appointment]:
        """Every appointment."""
        return list(Appointment.objects.select_related("reason", "contact"))

    def bookings(self) -> list[Appointment]:
        """Those that were booked: first those that still take time, for more can be done with them."""
        found = (row for row in self.rows() if row.pk in self.status)
        return sorted(found, key=lambda row: (row.status not in OCCUPYING, row.created_at, str(row.pk)))

    def one_of(self, which: int) -> Appointment | None:
        """One of the bookings. What is drawn never depends on how things stand: keys are random, draws must not be."""
        found = self.bookings()
        return found[which % len(found)] if found else None

    def keeps(self, row: Appointment) -> bool:
        """Whether a row keeps its counsellor's time now."""
        if row.status != Status.HELD:
            return row.status in OCCUPYING
        return row.source == "waiting_list" or (row.held_until or NOW) > timezone.now()

    def is_free(self, start: dt.datetime, *, is_long: bool, but: Any = None) -> bool:
        """Whether one of the counsellors has nothing then; `but` is what makes room."""
        end = start + dt.timedelta(minutes=60 if is_long else 30)
        busy = {
            row.counsellor_id
            for row in self.rows()
            if self.keeps(row) and row.pk != but and row.busy_from < end and start < row.busy_until
        }
        return len(busy) < len(self.people)

    def choice(self, number: int, *, is_long: bool) -> Choice:
        """One of the times."""
        starts = LONG_STARTS if is_long else SHORT_STARTS
        return Choice(self.reasons[is_long], shopfront(), starts[number % len(starts)], "in_person", "ro")

    def held_by(self, visitor: str) -> Appointment | None:
        """What a visitor holds."""
        return next(
            (row for row in self.rows() if row.visitor_key == visitor and row.status == Status.HELD), None
        )

    # What visitors do

    @initialize(names=st.permutations(PEOPLE), numbers=st.lists(st.integers(0, 3), min_size=3, max_size=3))
    def open_the_day(self, names: list[str], numbers: list[int]) -> None:
        """Some are booked already, and one waits for any place."""
        for name, number in zip(names, numbers, strict=True):
            self.hold("v1", number, name, is_long=False)
        actions.join_waiting_list(
            wanted=wanted(self.reasons[False]), client=client("Zina", has_proved_address=True)
        )

    @rule(
        visitor=st.sampled_from(VISITORS),
        number=st.integers(0, 3),
        name=st.sampled_from(["", "", *PEOPLE, *PEOPLE]),
        is_long=st.booleans(),
    )
    def hold(self, visitor: str, number: int, name: str, *, is_long: bool) -> None:
        """Press a time, and perhaps say at once who comes."""
        choice, mine = self.choice(number, is_long=is_long), self.held_by(visitor)
        expected = self.is_free(choice.starts_at, is_long=is_long, but=mine.pk if mine else None)
        found = outcome(
            actions.hold_slot,
            choice=choice,
            wish=wish(choice.reason),
            visitor=actions.Visitor(visitor, has_proved_address=True),
        )
        assert isinstance(found, Appointment) if expected else found is SlotTakenError
        if not expected:
            assert self.held_by(visitor) == mine  # what they had is still theirs
        elif name:
            self._book(found, name)

    @rule(which=st.integers(0, 2), name=st.sampled_from(PEOPLE))
    def book(self, which: int, name: str) -> None:
        """Say who comes."""
        held = [row for row in map(self.held_by, VISITORS) if row is not None]
        if held:
            self._book(held[which % len(held)], name)

    def _book(self, mine: Appointment, name: str) -> None:
        person = client(name, has_proved_address=True)
        theirs = [row for row in self.rows() if row.person_key == person.key and row.status in OCCUPYING]
        ahead = [row for row in theirs if row.status in AHEAD and row.reason == mine.reason]
        is_busy = any(row.starts_at < mine.ends_at and mine.starts_at < row.ends_at for row in theirs)
        expected = TooManyOpenError if len(ahead) >= MOST_OPEN else PersonBusyError if is_busy else None
        found = outcome(
            actions.book_hold, hold=mine.pk, visitor_key=mine.visitor_key, client=person, by=Actor.client()
        )
        if expected is None:
            assert found.pk == mine.pk
            self.status[found.pk] = Status.BOOKED
        else:
            assert found is expected

    # What is done to bookings

    @rule(which=st.integers(0, 5), by_office=st.booleans())
    def cancel(self, which: int, *, by_office: bool) -> None:
        """Give a place back."""
        row = self.one_of(which)
        if row is None:
            return
        actor = Actor.system() if by_office else Actor.client()
        after = Status.CANCELLED_BY_OFFICE if by_office else Status.CANCELLED_BY_CLIENT
        self._expect(row, after, outcome(actions.cancel_appointment, appointment=row, by=actor))

    @rule(which=st.integers(0, 5), verb=st.sampled_from(sorted(VERBS)))
    def note(self, which: int, verb: str) -> None:
        """Someone comes, goes, or does not come."""
        row = self.one_of(which)
        if row is None:
            return
        deed, after = VERBS[verb]
        if verb == "arrive" and row.status == Status.ARRIVED:
            assert deed(appointment=row, by=Actor.system()) == row  # noted twice is noted once
        elif verb == "arrive" and (row.status == Status.IN_SESSION or not self._fits(row)):
            # From a talk one goes back by `back_into_queue`; who comes late may find the time given away.
            assert outcome(deed, appointment=row, by=Actor.system()) is IllegalStepError
        else:
            self._expect(row, after, outcome(deed, appointment=row, by=Actor.system()))

    def _fits(self, row: Appointment) -> bool:
        others = [one for one in self.rows() if one.pk != row.pk and one.status in OCCUPYING]
        return not any(
            (
                one.counsellor_id == row.counsellor_id
                and one.busy_from < row.busy_until
                and row.busy_from < one.busy_until
            )
            or (
                one.person_key == row.person_key
                and one.starts_at < row.ends_at
                and row.starts_at < one.ends_at
            )
            for one in others
        )

    @rule(which=st.integers(0, 5))
    def begin(self, which: int) -> None:
        """Begin a talk; a counsellor has one at a time."""
        row = self.one_of(which)
        if row is None:
            return
        is_busy = any(
            one.status == Status.IN_SESSION and one.counsellor_id == row.counsellor_id for one in self.rows()
        )
        found = outcome(actions.begin_session, appointment=row, counsellor=row.counsellor, by=Actor.system())
        if row.status == Status.ARRIVED and is_busy:
            assert found is SlotTakenError
        else:
            self._expect(row, Status.IN_SESSION, found)

    def _expect(self, row: Appointment, after: Status, found: Any) -> None:
        if after in STEPS[Status(row.status)]:
            assert found.status == after
            self.status[row.pk] = after
        else:
            assert found is IllegalStepError

    @rule(which=st.integers(0, 5), number=st.integers(0, 3))
    def move(self, which: int, number: int) -> None:
        """Take another time instead."""
        row = self.one_of(which)
        if row is None:
            return
        is_long = row.reason == self.reasons[True]
        choice = self.choice(number, is_long=is_long)
        is_busy = any(
            one.pk != row.pk and one.person_key == row.person_key and one.status in OCCUPYING
            and one.starts_at < choice.ends_at and choice.starts_at < one.ends_at
            for one in self.rows()
        )  # fmt: skip
        is_free = self.is_free(choice.starts_at, is_long=is_long, but=row.pk)
        everyone = tuple(one.pk for one in self.people)
        found = outcome(
            actions.move_appointment, appointment=row, choice=choice, candidates=everyone, by=Actor.client()
        )
        if row.status != Status.BOOKED:
            assert found is IllegalStepError
        elif not is_free:
            assert found is SlotTakenError
        elif is_busy:
            assert found is PersonBusyError
        else:
            assert found.sequence == row.sequence + 1
            self.status |= {row.pk: Status.MOVED, found.pk: Status.BOOKED}

    # Who waits

    @rule(name=st.sampled_from(PEOPLE), is_long=st.booleans(), which=st.integers(-3, 9))
    def wait(self, name: str, which: int, *, is_long: bool) -> None:
        """Ask for a place, or for an earlier one than one's own."""
        reason, person = self.reasons[is_long], client(name, has_proved_address=True)
        mine = [
            row for row in self.bookings() if row.person_key == person.key and row.status == Status.BOOKED
        ]
        mine = [row for row in mine if row.reason == reason]
        instead = mine[which % len(mine)] if mine and which >= 0 else None
        actions.join_waiting_list(wanted=wanted(reason, instead_of=instead), client=person)

    @rule(which=st.integers(0, 5), takes=st.booleans())
    def answer(self, which: int, *, takes: bool) -> None:
        """Take an offered place, or let it pass."""
        offers = sorted(Offer.objects.select_related("hold"), key=lambda one: (one.made_at, str(one.pk)))
        if not offers:
            return
        offer = offers[which % len(offers)]
        was, replaced = offer.status, offer.entry.instead_of
        if not takes:
            assert actions.decline_offer(offer=offer) == (was == Offer.Status.OPEN)
            return
        found = outcome(actions.take_offer, offer=offer)
        if was == Offer.Status.OPEN and offer.expires_at > timezone.now():
            assert isinstance(found, Appointment) or found is PersonBusyError
            if isinstance(found, Appointment):
                self.status[found.pk] = Status.BOOKED
                if found.moved_from is not None:
                    assert found.moved_from == replaced
                    self.status[found.moved_from.pk] = Status.MOVED
        elif was != Offer.Status.TAKEN:
            assert found is SlotTakenError

    @rule(minutes=st.sampled_from([1, 9, 11, 125]), tends=st.booleans())
    def pass_time(self, minutes: int, *, tends: bool) -> None:
        """Time goes by; the clock's own task may be late."""
        self.clock.shift(minutes * 60)
        if tends:
            actions.release_expired_holds()
            actions.expire_offers()

    # What must hold

    @invariant()
    def nobody_is_in_two_places(self) -> None:
        """By SQL alone."""
        Office.looked += 1
        assert overlaps() == 0

    @invariant()
    def no_booking_is_lost(self) -> None:
        """Each is where the deeds have left it."""
        found = {row.pk: row.status for row in self.rows() if row.status != Status.HELD}
        assert found == self.status

    @invariant()
    def what_is_offered_is_held(self) -> None:
        """An open offer has its hold, one person has one, and three are the most."""
        for offer in Offer.objects.filter(status=Offer.Status.OPEN).select_related("hold"):
            assert offer.hold is not None
            assert offer.hold.status == Status.HELD
        assert not WaitingEntry.objects.filter(offers_made__gt=3).exists()
        held = Appointment.objects.filter(status=Status.HELD, source="waiting_list")
        assert not held.filter(offer=None).exists()

    def teardown(self) -> None:
        """Leave nothing."""
        self.travel.stop()
        transaction.set_rollback(True)
        self.all.__exit__(None, None, None)


def test_no_order_of_deeds_books_twice_or_loses_a_booking() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Office,
        settings=settings(
            max_examples=8,
            stateful_step_count=30,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes minutes here
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Office.looked > 8  # in every run, after every deed: none has met two in one place
