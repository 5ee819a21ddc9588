"""Two workers, a clock, people who read, cancel and change their minds, kills at the worst moment: in any order.

Whatever happens, no SMS arrives twice, no mail arrives twice unless its worker was lost, every step is a legal one, and
in the end every message has come to an end.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
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
ARRIVED = (End.DONE, End.UNKNOWN)  # as far as anybody can tell


class Killed(BaseException):
    """`kill -9` of a worker."""


@dataclass
class Outside:
    """The mail server and the gateway: how the next call ends, and what arrived."""

    outcome: Outcome = ENDINGS[0]
    kill: str = ""  # "before" or "after" the call
    arrived: Counter[str] = field(default_factory=Counter)

    def send(self, message: Any) -> Outcome:
        """Take a mail or an SMS."""
        number = getattr(message, "delivery_id", "") or message.message_id[1:37]
        if self.kill == "before":
            raise Killed
        if self.outcome.end in ARRIVED or self.kill:
            self.arrived[number] += 1
        if self.kill == "after":
            raise Killed
        return self.outcome


@dataclass
class Worker:
    """One process with the rows that it has claimed."""

    rows: list[Delivery] = field(default_factory=list)
    facts: Facts | None = None


class Outbox(RuleBasedStateMachine):
    """Everything that can happen to it."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(NOON, tick=False)
        self.now = self.clock.start()
        self.outside = Outside()
        self.gateway = sms.gateway
        sms.gateway = lambda: self.outside
        self.workers = (Worker(), Worker())
        self.person: User = set_phone(user=UserFactory(), phone="+37360123456")
        self.number = 0
        self.lost: Counter[str] = Counter()  # how often a delivery's worker was lost
        self.again: Counter[str] = Counter()  # how often a person had it sent again
        self.seen: dict[str, str] = {}

    # What people do

    @rule(kind=st.sampled_from(["tests.everywhere", "tests.urgent"]), later=st.booleans())
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

    @precondition(lambda self: self.number)
    @rule(verb=st.sampled_from(["mark_read", "mark_unread", "delete_notification", "restore_notification"]))
    def touch(self, verb: str) -> None:
        """The person reads or deletes the newest one, or undoes that."""
        getattr(actions, verb)(notification=self.newest())

    @precondition(lambda self: self.number)
    @rule()
    def cancel(self) -> None:
        """The event is called off."""
        actions.cancel_notifications(recipient=self.person, dedupe_key=f"{self.number}")

    @rule(channel=st.sampled_from(["email", "sms"]), wish=st.sampled_from(["off", "at_once"]))
    def wish(self, channel: str, wish: str) -> None:
        """The person wants it otherwise."""
        actions.set_preferences(user=self.person, wishes={("appointments", channel): wish})

    @rule()
    def send_again(self) -> None:
        """Somebody presses the button on whatever failed."""
        for row in Delivery.objects.undeliverable():
            actions.send_again(delivery=row, by=self.person)
            self.again[str(row.pk)] += 1
            self.seen[str(row.pk)] = "planned"

    # What workers do

    @rule(which=st.integers(0, 1), most=st.integers(1, 3))
    def claim(self, which: int, most: int) -> None:
        """A worker with empty hands takes rows."""
        worker = self.workers[which]
        if worker.rows or (claim := claiming.claim_due(most=most)) is None:
            return
        worker.rows = list(
            Delivery.objects.filter(claim=claim).select_related("notification__user", "notification__contact")
        )
        worker.facts = Facts(worker.rows)

    @rule(
        which=st.integers(0, 1),
        outcome=st.sampled_from(ENDINGS),
        kill=st.sampled_from(["", "", "before", "after"]),
    )
    def work(self, which: int, outcome: Outcome, kill: str) -> None:
        """A worker sends its next row, or is killed while it does."""
        worker = self.workers[which]
        if not worker.rows:
            return
        row = worker.rows.pop(0)
        self.outside.outcome, self.outside.kill = outcome, kill
        assert worker.facts
        try:
            sending._send_whatever_happens(row, worker.facts, self.outside)  # type: ignore[arg-type]
        except Killed:
            worker.rows = []
            self.lost[str(row.pk)] += 1

    @rule(which=st.integers(0, 1))
    def kill(self, which: int) -> None:
        """A worker dies between two rows."""
        self.workers[which].rows = []

    @rule(seconds=st.sampled_from([1, 70, 160, 4_000, 60_000]))
    def wait(self, seconds: int) -> None:
        """Time goes by; what a worker still holds may then count as lost."""
        self.now.shift(seconds)
        if seconds > 150:
            self.lost.update(str(row.pk) for worker in self.workers for row in worker.rows)

    @rule()
    def sweep(self) -> None:
        """The minute's tick."""
        claiming.free_stuck()

    # What must hold

    @invariant()
    def every_step_is_legal(self) -> None:
        """No row has gone a way that the table does not know."""
        for pk, status in Delivery.objects.values_list("pk", "status"):
            before = self.seen.get(str(pk), "planned")
            assert status in reachable(before), f"{before} -> {status}"
            self.seen[str(pk)] = status

    @invariant()
    def nothing_arrives_twice(self) -> None:
        """SMS once at most; mail again only for each time that its worker was lost."""
        channels = {str(pk): channel for pk, channel in Delivery.objects.values_list("pk", "channel")}
        for number, times in self.outside.arrived.items():
            spare = self.lost[number] if channels[number] == "email" else 0
            assert times <= (1 + self.again[number]) * (1 + spare)

    def teardown(self) -> None:
        """With all well again, everything comes to an end."""
        try:
            self.outside.outcome, self.outside.kill = ENDINGS[0], ""
            for _time in range(12):
                self.now.shift(20 * 3600)
                claiming.free_stuck()
                for claim in iter(lambda: claiming.claim_due(most=50), None):
                    self.drain(claim)
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

    def drain(self, claim: Any) -> None:
        """Send a claim to its end."""
        rows = list(
            Delivery.objects.filter(claim=claim).select_related("notification__user", "notification__contact")
        )
        facts = Facts(rows)
        for row in rows:
            sending._send_whatever_happens(row, facts, self.outside)  # type: ignore[arg-type]

    def newest(self) -> Notification:
        """The one told last."""
        return Notification.objects.get(dedupe_key=f"{self.number}")


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
            max_examples=60,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
