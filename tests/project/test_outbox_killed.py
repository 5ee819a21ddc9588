"""Real workers, real Valkey, kill -9: every message goes out, and none goes out more often than promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.utils import timezone

from accounts.models import User
from nexus.embedded.children import wait_until
from notifications.actions import notify
from notifications.delivery.claiming import free_stuck
from notifications.models import Contact, Delivery
from tests.factories.accounts import UserFactory
from tests.project.outbox_rig import Rig, rig

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 40  # seconds
KIND = "accounts.data_export_ready"
Status = Delivery.Status


@pytest.fixture
def outside(tmp_path: Path, settings: Any) -> Iterator[Rig]:
    """Broker, mail server and gateway; this process publishes to that broker."""
    settings.DELIVERY_STUCK_SECONDS = 0  # the sweep takes at once what has no worker any more
    with rig(tmp_path) as whole:
        yield whole


@pytest.fixture
def beat(outside: Rig) -> Iterator[Any]:
    """Sends tasks as beat does, without waiting for its clock."""
    app = Celery("beat", broker=f"{outside.broker.url}/0")
    app.conf.task_routes = {"notifications.tasks.*": {"queue": "deliveries"}}
    with app:
        yield lambda name, *arguments: app.send_task(f"notifications.tasks.{name}", arguments)
    app.close()


def plan(count: int) -> list[Delivery]:
    """Mails to that many people, planned; nobody is woken."""
    for number in range(count):
        person: User = UserFactory.create()
        notify(kind=KIND, recipient=person, context={"hours": 48}, dedupe_key=f"test:{number}")
    return list(Delivery.objects.filter(channel="email"))


def all_sent() -> bool:
    """Whether nothing is left to do."""
    return not Delivery.objects.exclude(status=Status.SENT).exists()


def times(outside: Rig) -> list[int]:
    """How often each mail came, of all that were planned."""
    came = Counter(outside.mail.seen)
    return [came[f"<{row.pk}@testserver>"] for row in Delivery.objects.filter(channel="email")]


@pytest.fixture(autouse=True)
def nobody_is_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests say themselves what the broker hears."""
    monkeypatch.setattr("common.jobs._send", lambda *args: None)


def test_killed_before_the_call_each_goes_out_once(outside: Rig, beat: Any) -> None:
    plan(5)
    outside.mail.hold = "connect"
    worker = outside.start_worker()
    beat("deliver_due")
    assert outside.mail.held.wait(PATIENCE)  # the rows are claimed, no mail is out
    assert Delivery.objects.filter(status=Status.SENDING).count() == 5
    outside.kill(worker)
    outside.mail.release()
    assert free_stuck() == 5
    outside.start_worker()
    beat("deliver_due")
    assert wait_until(all_sent, PATIENCE)
    assert times(outside) == [1] * 5


def test_killed_between_call_and_mark_a_mail_goes_out_twice_at_most(outside: Rig, beat: Any) -> None:
    plan(4)
    outside.mail.hold = "answer"
    worker = outside.start_worker()
    beat("deliver_due")
    assert outside.mail.held.wait(PATIENCE)  # the first mail is out, its row does not know
    outside.kill(worker)
    outside.mail.release()
    assert free_stuck() == 4
    outside.start_worker()
    beat("deliver_due")
    assert wait_until(all_sent, PATIENCE)
    assert sorted(times(outside)) == [1, 1, 1, 2]


def test_killed_after_the_mark_none_goes_out_again(outside: Rig, beat: Any) -> None:
    plan(3)
    worker = outside.start_worker()
    beat("deliver_due")
    assert wait_until(all_sent, PATIENCE)
    outside.kill(worker)
    assert free_stuck() == 0
    outside.start_worker()
    beat("deliver_due")
    beat("sweep")
    last = plan_one_more()
    beat("deliver_due")
    assert wait_until(lambda: Delivery.objects.get(pk=last.pk).status == Status.SENT, PATIENCE)
    assert times(outside) == [1] * 4


def plan_one_more() -> Delivery:
    """One mail after the others: when it is out, what was asked before has been done."""
    person: User = UserFactory.create()
    notify(kind=KIND, recipient=person, context={"hours": 48}, dedupe_key="test:last")
    return Delivery.objects.get(channel="email", notification__user=person)


def test_an_sms_goes_out_once_at_most_wherever_the_worker_is_killed(outside: Rig, beat: Any) -> None:
    contact = Contact.objects.create(phone="+37360123456", consented_at=timezone.now())
    notify(kind="accounts.phone_code", recipient=contact, context={"code": "123456"}, dedupe_key="sms")
    outside.sms.hold = True
    worker = outside.start_worker()
    beat("deliver_due")
    assert outside.sms.held.wait(PATIENCE)
    assert Delivery.objects.get().status == Status.SENT  # marked before the call
    outside.kill(worker)
    outside.sms.hold = False
    outside.sms.go_on.set()
    free_stuck()
    outside.start_worker()
    last = plan_one_more()
    beat("deliver_due")
    assert wait_until(lambda: Delivery.objects.get(pk=last.pk).status == Status.SENT, PATIENCE)
    assert len(outside.sms.seen) == 1


def test_a_broker_that_lost_its_memory_loses_no_message(outside: Rig, beat: Any) -> None:
    first = plan(3)
    for row in first:
        beat("deliver", str(row.pk))  # nobody takes them yet
    outside.broker.stop()
    last = plan_one_more()  # planned while there is no broker
    outside.broker.start()  # empty
    outside.start_worker()
    beat("deliver_due")
    assert wait_until(all_sent, PATIENCE)
    assert Delivery.objects.get(pk=last.pk).status == Status.SENT
    assert times(outside) == [1] * 4


def test_a_broker_killed_under_a_running_worker_is_found_again(outside: Rig, beat: Any) -> None:
    outside.start_worker()
    last = plan_one_more()
    beat("deliver_due")
    assert wait_until(all_sent, PATIENCE)
    outside.broker.stop()
    plan(2)
    outside.broker.start()
    beat("deliver_due")
    assert wait_until(all_sent, PATIENCE)
    assert times(outside) == [1] * 3
    assert last.pk


def test_the_tick_of_two_workers_sends_each_once(outside: Rig, beat: Any) -> None:
    plan(120)
    outside.start_worker()
    outside.start_worker()
    for _number in range(4):
        beat("deliver_due")
    assert wait_until(all_sent, PATIENCE)
    assert times(outside) == [1] * 120


def test_the_same_task_three_times_sends_once(outside: Rig, beat: Any) -> None:
    (row,) = plan(1)
    outside.start_worker()
    outside.start_worker()
    for _number in range(3):
        beat("deliver", str(row.pk))
    last = plan_one_more()
    beat("deliver", str(last.pk))
    assert wait_until(all_sent, PATIENCE)
    assert times(outside) == [1, 1]
