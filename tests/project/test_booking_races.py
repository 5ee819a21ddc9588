"""No double booking, ever: the real server and PostgreSQL, many people at the same moment, and what happens without guards."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from counselling import tokens
from counselling.models import Appointment, Reason, Status
from counselling.tokens import Purpose
from tests.project.booking_rig import (
    CONTACT,
    Answer,
    Visitor,
    office,
    overlaps,
    serving,
    times_path,
    together,
    visitors,
)

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, FEWEST = 20, 5
NO_OVERLAP = "counselling_appointment_no_overlap"


def press(visitor: Visitor, reason: Reason, slot: str) -> Answer:
    """Press one of the times."""
    return visitor.post(times_path(reason).partition("?")[0], slot=slot)


def say_who(visitor: Visitor) -> Answer:
    """Open the page that asks who comes, and send it."""
    visitor.get(CONTACT)
    return visitor.post(CONTACT, name=f"Nina {visitor.number}", contact=f"nina{visitor.number}@example.com")


def rush(site: str, reason: Reason) -> list[tuple[Visitor, Answer]]:
    """Everyone presses the same time at the same moment."""
    people = visitors(site, reason, PEOPLE)
    slot = people[0].seen[0].slots[3]
    answers = together(*(lambda one=one: press(one, reason, slot) for one in people))
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    statuses = Counter(answer.status for answer in answers)
    print(f"\n{dict(statuses)}, worst {max(answer.seconds for answer in answers) * 1000:.0f} ms")  # noqa: T201
    return list(zip(people, answers, strict=True))


def winners(pairs: list[tuple[Visitor, Answer]]) -> list[Visitor]:
    """Whose time it is now."""
    return [visitor for visitor, answer in pairs if answer.status == 303]


def assert_friendly(answer: Answer, slot_taken: str) -> None:
    """Someone else was faster: said so, with other times to press, and not that one."""
    assert answer.status == 409
    assert len(answer.slots) >= 3
    assert slot_taken not in answer.slots


def test_of_twenty_who_press_one_time_one_gets_it_and_nineteen_get_others(tmp_path: Path) -> None:
    reason, _people = office(1)
    with serving(tmp_path, "all") as site:
        pairs = rush(site, reason)
        (winner,) = winners(pairs)
        assert winner.seen[-1].location == CONTACT
        slot = winner.seen[0].slots[3]
        losers = [answer for visitor, answer in pairs if visitor is not winner]
        assert len(losers) == PEOPLE - 1
        for answer in losers:
            assert_friendly(answer, slot)
        assert max(answer.seconds for _visitor, answer in pairs) < 5
        booked = say_who(winner)
        assert (booked.status, booked.location[:22]) == (303, "/ro/appointments/view/")
        loser = next(visitor for visitor, _answer in pairs if visitor is not winner)
        assert press(loser, reason, loser.seen[-1].slots[0]).status == 303  # an alternative is one press away
    row = Appointment.objects.get(status=Status.BOOKED)
    assert row.name == f"Nina {winner.number}"
    assert overlaps() == 0


def test_without_the_lock_the_constraint_catches_it(tmp_path: Path) -> None:
    reason, _people = office(1)
    with serving(tmp_path, "none") as site:
        pairs = rush(site, reason)
        assert {answer.status for _visitor, answer in pairs} == {303, 409}
        (winner,) = winners(pairs)
        assert say_who(winner).status == 303
    assert Appointment.objects.count() == 1
    assert overlaps() == 0


@pytest.fixture
def no_constraint() -> Iterator[None]:
    """The database without its last word."""
    (constraint,) = (one for one in Appointment._meta.constraints if one.name == NO_OVERLAP)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Appointment, constraint)
    yield
    Appointment.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Appointment, constraint)


def test_control_without_lock_and_constraint_it_is_overbooked(tmp_path: Path, no_constraint: None) -> None:
    reason, _people = office(1)
    with serving(tmp_path, "none") as site:
        lucky = winners(rush(site, reason))
        assert len(lucky) > 1
        for visitor in lucky:
            assert say_who(visitor).status == 303
    assert Appointment.objects.filter(status=Status.BOOKED).count() > 1
    assert overlaps() > 0  # the statement that finds none elsewhere finds them here


class Client:
    """Someone who books, moves and cancels in any order, and remembers what the site said."""

    def __init__(self, site: str, reason: Reason, number: int) -> None:
        self.visitor, self.reason = Visitor(site, number), reason
        self.choose = random.Random(number)  # noqa: S311  # which button to press
        self.mine: dict[str, int] = {}  # booking -> sequence, as far as the site has said
        self.gone: set[str] = set()
        self.deeds: Counter[str] = Counter()

    def run(self, until: float) -> Client:
        """Go on until then (monotonic, seconds), on a slow machine until some deeds are done."""
        deeds = 0
        while time.monotonic() < until or deeds < FEWEST:
            deeds += 1
            deed = self.choose.choice(["book", "book", "cancel", "move", "move"] if self.mine else ["book"])
            getattr(self, deed)()
        return self

    def book(self) -> None:
        """Take one of the first times that are shown, where everyone else looks too."""
        slots = self.visitor.get(times_path(self.reason)).slots
        if not slots or press(self.visitor, self.reason, self.choose.choice(slots[:4])).location != CONTACT:
            self.deeds["taken"] += 1
            return
        self.visitor.get(CONTACT)
        name = f"Nina {self.visitor.number}"
        answer = self.visitor.post(CONTACT, name=name, contact="")
        if "/view/" in answer.location:
            token = answer.location.rstrip("/").rpartition("/")[2]
            pointer = tokens.read(Purpose.VIEW, token)
            assert pointer is not None
            self.mine[str(pointer.id)] = 0
            self.deeds["booked"] += 1

    def link(self, purpose: Purpose, booking: str) -> str:
        """The link of a message."""
        route = {"cancel": "cancel", "change": "change"}[purpose]
        return f"/ro/appointments/{route}/{tokens.make(purpose, _uuid(booking), self.mine[booking])}/"

    def cancel(self) -> None:
        """Give one back."""
        booking = self.choose.choice(sorted(self.mine))
        link = self.link(Purpose.CANCEL, booking)
        self.visitor.get(link)
        assert self.visitor.post(link).status == 303  # nobody else has this link
        del self.mine[booking]
        self.gone.add(booking)
        self.deeds["cancelled"] += 1

    def move(self) -> None:
        """Take another time instead."""
        booking = self.choose.choice(sorted(self.mine))
        link = self.link(Purpose.CHANGE, booking)
        slots = self.visitor.get(link).slots
        if slots and self.visitor.post(link, slot=self.choose.choice(slots[:4])).status == 303:
            self.mine[booking] += 1
            self.deeds["moved"] += 1


def _uuid(text: str) -> Any:
    return Appointment._meta.pk.to_python(text)


def test_twenty_who_book_move_and_cancel_lose_nothing(tmp_path: Path) -> None:
    reason, _people = office(2)
    with serving(tmp_path, "all") as site:
        until = time.monotonic() + 5
        people = [Client(site, reason, number) for number in range(PEOPLE)]
        clients = together(*(lambda one=one: one.run(until) for one in people))
    assert [one for one in clients if isinstance(one, Exception)] == []
    seen = [answer for one in clients for answer in one.visitor.seen]
    assert {answer.status for answer in seen} <= {200, 303, 409}
    done = sum((one.deeds for one in clients), Counter[str]())
    print(f"\n{dict(done)} in {len(seen)} requests, worst {max(answer.seconds for answer in seen):.2f} s")  # noqa: T201
    assert all(done[deed] for deed in ("booked", "moved", "cancelled"))
    assert overlaps() == 0
    booked = dict(Appointment.objects.filter(status=Status.BOOKED).values_list("booking_id", "sequence"))
    assert {str(key): number for key, number in booked.items()} == {
        key: number for one in clients for key, number in one.mine.items()
    }
    cancelled = Appointment.objects.filter(status=Status.CANCELLED_BY_CLIENT).values_list(
        "booking_id", flat=True
    )
    assert {str(key) for key in cancelled} == {key for one in clients for key in one.gone}
