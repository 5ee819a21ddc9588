"""Three workers, a clock, people who read, cancel and change their minds, kills at the worst moment: in any order.

Whatever happens, no SMS arrives twice, no mail arrives twice unless its worker was lost or a call hung, every step is a
legal one, and in the end every message has come to an end.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.actions import set_phone
from accounts.models import User
from notifications import actions
from notifications.channels import sms
from notifications.channels.outcome import End, Outcome
from notifications.delivery import claiming, sending
from notifications.delivery.checking import Facts
from notifications.delivery.states import ENDS, STEPS
from notifications.models import Delivery, Notification
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 25, 10, 0, tzinfo=dt.UTC)
ENDINGS = (
    Outcome(End.DONE, "7"),
    Outcome(End.AGAIN, detail="later"),
    Outcome(End.AGAIN, detail="away", is_away=True),
    Outcome(End.REFUSED, detail="no"),
    Outcome(End.UNKNOWN, detail="hung"),
)
KINDS = ("tests.everywhere", "tests.urgent")
KILLS = ("", "", "before", "after")
PEOPLE = ("read", "delete", "cancel", "wish", "send again", "send again")
ARRIVED = (End.DONE, End.UNKNOWN)  # as far as anybody can tell


class Killed(BaseException):
    """`kill -9` of a worker."""


@dataclass
class Outside:
    """The mail server and the gateway: how the next call ends, and what arrived."""

    outcome: Outcome = ENDINGS[0]
    kill: str = ""  # "before" or "after" the call
    arrived: Counter[str] = field(default_factory=Counter)
    hung: Counter[str] = field(default_factory=Counter)  # calls of which nobody knows how they ended

    def send(self, message: Any) -> Outcome:
        """Take a mail or an SMS."""
        number = getattr(message, "delivery_id", "") or message.message_id[1:37]
        if self.kill == "before":
            raise Killed
        if self.outcome.end in ARRIVED or self.kill:
            self.arrived[number] += 1
        if self.kill == "after":
            raise Killed
        self.hung[number] += self.outcome.end == End.UNKNOWN
        return self.outcome


@dataclass
class Worker:
    """One process with the rows that it has claimed."""

    rows: list[Delivery] = field(default_factory=list)
    facts: Facts | None = None

    def take(self, claim: uuid.UUID) -> None:
        """Hold the rows of a claim, and what is known of their people."""
        claimed = Delivery.objects.filter(claim=claim)
        self.rows = list(claimed.select_related("notification__user", "notification__contact"))
        self.facts = Facts(self.rows)


class Outbox(RuleBasedStateMachine):
    """Everything that can happen to it."""

    looked = 0  # how often the invariants were asked, over all runs

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(NOON, tick=False)
        self.now = self.clock.start()
        self.outside = Outside()
        self.gateway = sms.gateway
        sms.gateway = lambda: self.outside
        self.workers = (Worker(), Worker(), Worker())
        self.person: User = set_phone(user=UserFactory(), phone="+37360123456")
        self.number = 0
        self.lost: Counter[str] = Counter()  # how often a delivery's worker was lost
        self.again: Counter[str] = Counter()  # how often a person had it sent again
        self.seen: dict[str, str] = {}

    # What people do

    @initialize(kinds=st.lists(st.sampled_from(KINDS), min_size=2, max_size=4))
    def begin(self, kinds: list[str]) -> None:
        """Something has happened."""
        for kind in kinds:
            self.tell(kind, later=False)

    @rule(kind=st.sampled_from(KINDS), later=st.booleans())
    def tell(self, kind: str, later: bool) -> None:
        """Something happens of which the person should know."""
        self.number += 1
        actions.notify(
            kind=kind,
            recipient=self.person,
            context={"topic": "x"},
            dedupe_key=f"{self.number}",
            not_before=NOON + dt.timedelta(hours=1) if later else None,
        )

    @rule(verb=st.sampled_from(PEOPLE), on=st.booleans(), channel=st.sampled_from(["email", "sms"]))
    def meddle(self, verb: str, on: bool, channel: str) -> None:
        """The person or somebody in the administration does something."""
        newest = Notification.objects.get(dedupe_key=f"{self.number}")
        if verb == "read":
            (actions.mark_read if on else actions.mark_unread)(notification=newest)
        elif verb == "delete":
            (actions.delete_notification if on else actions.restore_notification)(notification=newest)
        elif verb == "cancel":
            actions.cancel_notifications(recipient=self.person, dedupe_key=f"{self.number}")
        elif verb == "wish":
            wish = "at_once" if on else "off"
            actions.set_preferences(user=self.person, wishes={("appointments", channel): wish})
        else:
            for row in Delivery.objects.undeliverable():
                actions.send_again(delivery=row, by=self.person)
                self.again[str(row.pk)] += 1
                self.seen[str(row.pk)] = "planned"

    # What workers do

    def idle(self) -> list[Worker]:
        """Those with empty hands."""
        return [worker for worker in self.workers if not worker.rows]

    def busy(self) -> list[Worker]:
        """Those that hold rows."""
        return [worker for worker in self.workers if worker.rows]

    @precondition(idle)
    @rule(workers=st.integers(1, 2), most=st.integers(1, 3))
    def claim(self, workers: int, most: int) -> None:
        """Workers with empty hands take rows."""
        for worker in self.idle()[:workers]:
            claim = claiming.claim_due(most=most)
            if claim is not None:
                worker.take(claim)

    @precondition(busy)
    @rule(which=st.integers(0, 2), outcome=st.sampled_from(ENDINGS), kill=st.sampled_from(KILLS))
    def work(self, which: int, outcome: Outcome, kill: str) -> None:
        """A worker sends its next row, or is killed while it does."""
        worker = self.busy()[which % len(self.busy())]
        row = worker.rows.pop(0)
        self.outside.outcome, self.outside.kill = outcome, kill
        assert worker.facts
        try:
            sending._send_whatever_happens(row, worker.facts, self.outside)  # type: ignore[arg-type]
        except Killed:
            worker.rows = []
            self.lost[str(row.pk)] += 1

    @rule(seconds=st.sampled_from([1, 70, 160, 160, 4_000, 60_000]), is_taken_over=st.booleans())
    def wait(self, seconds: int, is_taken_over: bool) -> None:
        """Time goes by; what a worker still holds may then count as lost, and the sweep gives it to others."""
        self.now.shift(seconds)
        if seconds > 150:
            self.lost.update(str(row.pk) for worker in self.busy() for row in worker.rows)
        claiming.free_stuck()
        if is_taken_over and self.idle():
            self.claim(workers=1, most=3)

    # What must hold

    @invariant()
    def every_step_is_legal(self) -> None:
        """No row has gone a way that the table does not know."""
        Outbox.looked += 1
        for pk, status in Delivery.objects.values_list("pk", "status"):
            before = self.seen.get(str(pk), "planned")
            assert status in reachable(before), f"{before} -> {status}"
            self.seen[str(pk)] = status

    @invariant()
    def nothing_arrives_twice(self) -> None:
        """SMS once at most; mail again only for each time that its worker was lost, or that a call hung."""
        channels = {str(pk): channel for pk, channel in Delivery.objects.values_list("pk", "channel")}
        for number, times in self.outside.arrived.items():
            spare = self.lost[number] + self.outside.hung[number] if channels[number] == "email" else 0
            assert times <= (1 + self.again[number]) * (1 + spare)

    def teardown(self) -> None:
        """With all well again, everything comes to an end."""
        try:
            self.outside.outcome, self.outside.kill = ENDINGS[0], ""
            for _time in range(12):
                self.now.shift(20 * 3600)
                claiming.free_stuck()
                for claim in iter(lambda: claiming.claim_due(most=50), None):
                    sound = Worker()
                    sound.take(claim)
                    for row in sound.rows:
                        sending._send_whatever_happens(row, sound.facts, self.outside)  # type: ignore[arg-type]
            assert set(Delivery.objects.values_list("status", flat=True)) <= set(ENDS)
            sent = Delivery.objects.filter(status="sent").exclude(channel="in_app")
            for row in sent:
                assert self.outside.arrived[str(row.pk)] or self.lost[str(row.pk)]
            self.nothing_arrives_twice()
        finally:
            sms.gateway = self.gateway
            self.clock.stop()
            Notification.objects.all().delete()
            User.objects.all().delete()


def reachable(status: str) -> set[str]:
    """Where a row can stand after one rule: a worker takes at most three steps in it."""
    found = {status}
    for _step in range(3):
        found |= {str(after) for before in found for after in STEPS[Delivery.Status(before)]}
    return found


def test_no_order_of_events_loses_or_repeats_a_message() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Outbox,
        settings=settings(
            max_examples=50,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
    assert Outbox.looked > 50  # in every run, after every event: nothing was lost, nothing came twice
