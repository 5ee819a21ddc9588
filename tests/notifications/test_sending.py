"""From a planned row to the outside: claims, the check at sending, and what each end of a call leaves behind."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from common import message_kinds
from notifications.channels.email import Post
from notifications.channels.outcome import End, Outcome
from notifications.delivery import claiming, sending
from notifications.delivery.backoff import MOST_ATTEMPTS, WAITS, wait_after
from notifications.models import Delivery
from tests.factories.accounts import UserFactory
from tests.factories.notifications import (
    DeliveryFactory,
    NotificationFactory,
)
from tests.notifications.steps import NOON, mail_ends, sent, told

pytestmark = pytest.mark.django_db


def test_mail_is_sent_and_marked(mailoutbox: list[Any]) -> None:
    row = sent(DeliveryFactory())
    assert (row.status, row.claim, row.attempts, row.reason) == ("sent", None, 1, "")
    assert row.sent_at
    [mail] = mailoutbox
    assert mail.to == [row.notification.user.email]
    assert mail.extra_headers["Message-ID"] == f"<{row.pk}@testserver>"


def test_delivering_three_times_sends_once(mailoutbox: list[Any]) -> None:
    row = DeliveryFactory()
    for _time in range(3):
        sending.deliver_one(row.pk)
    assert len(mailoutbox) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"due_at": NOON + dt.timedelta(seconds=1)},
        {"digest": "daily"},
        {"in_hand": True},
        {"ended": True},
        {"refused": True},
        {"given_up": True},
        {"status": "cancelled"},
        {"status": "skipped", "reason": "read"},
    ],
)
@time_machine.travel(NOON, tick=False)
def test_what_is_not_due_stays_as_it_is(fields: dict[str, Any], mailoutbox: list[Any]) -> None:
    row = DeliveryFactory(**fields)
    before = row.status
    assert sent(row).status == before
    assert sending.deliver_due(seconds=5) is False
    row.refresh_from_db()
    assert row.status == before
    assert mailoutbox == []


def test_unknown_delivery_is_no_matter() -> None:
    sending.deliver_one(uuid.uuid4())
    assert not Delivery.objects.exists()


def test_page_gets_what_was_planned_for_later() -> None:
    row = DeliveryFactory(channel="in_app")
    assert sent(row).status == "sent"


def test_due_rows_are_drained_in_batches(mailoutbox: list[Any]) -> None:
    user = UserFactory()
    for _number in range(sending.BATCH + 3):
        DeliveryFactory(notification=NotificationFactory(user=user))
    assert sending.deliver_due(seconds=60) is False
    assert len(mailoutbox) == sending.BATCH + 3
    assert set(Delivery.objects.values_list("status", flat=True)) == {"sent"}


def test_draining_stops_in_time() -> None:
    DeliveryFactory()
    assert sending.deliver_due(seconds=0) is True
    assert Delivery.objects.get().status == "planned"


def test_queries_of_a_batch_grow_by_one_a_mail(django_assert_num_queries: Any) -> None:
    for number in (1, 11):
        for _number in range(number):
            DeliveryFactory()
        # savepoint, rows, claim, release; rows again with whom they are for; wishes, schedules, suppressions
        with django_assert_num_queries(8 + number):
            claim = claiming.claim_due(most=50)
            assert claim
            sending.send_claimed(claim)


# How calls end


def test_refused_mail_is_failed_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    mail_ends(monkeypatch, Outcome(End.REFUSED, detail="550 no such user"))
    row = sent(DeliveryFactory())
    assert (row.status, row.reason, row.claim) == ("failed", "550 no such user", None)


def test_mail_is_tried_again_later_and_given_up_at_last(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = mail_ends(monkeypatch, Outcome(End.AGAIN, detail="451 later"))
    row = DeliveryFactory(due_at=NOON)
    with time_machine.travel(NOON, tick=False) as clock:
        for wait in WAITS:
            row = sent(row)
            assert (row.status, row.reason) == ("retry", "451 later")
            now = timezone.now()
            assert now + wait <= row.due_at <= now + wait * 1.2
            assert sent(row).status == "retry"  # not before its time
            clock.move_to(row.due_at)
        row = sent(row)
    assert (row.status, row.reason, row.attempts) == ("dead", "451 later", MOST_ATTEMPTS)
    assert len(tried) == MOST_ATTEMPTS


def test_waits_grow_and_end() -> None:
    waits = [wait_after(attempts) for attempts in range(1, MOST_ATTEMPTS + 1)]
    assert waits[-1] is None
    known = [wait for wait in waits if wait]
    assert known == sorted(known)
    assert len(known) == len(WAITS) == 6


def test_server_that_is_away_is_not_asked_again_for_the_rest_of_a_batch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = mail_ends(monkeypatch, Outcome(End.AGAIN, detail="refused", is_away=True))
    for _number in range(3):
        DeliveryFactory()
    page = DeliveryFactory(channel="in_app")
    sending.deliver_due(seconds=5)
    assert len(tried) == 1
    rows = Delivery.objects.filter(channel="email").order_by("-attempts")
    assert [(row.status, row.attempts) for row in rows] == [("retry", 1), ("planned", 0), ("planned", 0)]
    assert all(row.due_at > timezone.now() for row in rows)
    page.refresh_from_db()
    assert page.status == "sent"


def test_batch_that_takes_too_long_gives_the_rest_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "BATCH_SECONDS", -1)
    row = DeliveryFactory()
    claim = claiming.claim_due(most=1)
    assert claim
    sending.send_claimed(claim)
    row.refresh_from_db()
    assert (row.status, row.claim, row.attempts) == ("planned", None, 0)
    assert row.due_at <= timezone.now()


@pytest.mark.parametrize("kind", ["tests.no_words", "tests.nobody_declared"])
def test_fault_of_ours_takes_no_other_message_with_it(
    kind: str, kinds: None, monkeypatch: pytest.MonkeyPatch, mailoutbox: list[Any]
) -> None:
    wordless = message_kinds.MessageKind("tests.no_words", message_kinds.Category.WORK)
    monkeypatch.setitem(message_kinds._KINDS, "tests.no_words", wordless)
    broken = DeliveryFactory(notification__kind=kind)
    sound = DeliveryFactory()
    sending.deliver_due(seconds=5)
    for row in (broken, sound):
        row.refresh_from_db()
    assert (broken.status, sound.status) == ("retry", "sent")
    assert "a fault of ours" in broken.reason


def test_mark_of_who_lost_the_claim_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    row = DeliveryFactory()

    def slow(_post: Post, mail: Any) -> Outcome:
        Delivery.objects.update(status="retry", claim=None, claimed_at=None)  # the sweep came by
        return Outcome(End.DONE)

    monkeypatch.setattr(Post, "send", slow)
    assert sent(row).status == "retry"


# Secrets


def test_code_is_emptied_once_sent_and_stands_in_no_log(
    mailoutbox: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        row = sent(told("tests.code", UserFactory(), code="493817"))
    row.notification.refresh_from_db()
    assert row.notification.context == {}
    [mail] = mailoutbox
    assert "493817" in mail.body
    assert "493817" not in mail.subject
    assert "493817" not in caplog.text


@pytest.mark.parametrize("end", [End.REFUSED, End.AGAIN])
def test_code_is_emptied_when_it_fails_for_good_and_kept_while_it_is_tried(
    end: End, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_ends(monkeypatch, Outcome(end, detail="no"))
    row = sent(told("tests.code", UserFactory(), code="493817"))
    row.notification.refresh_from_db()
    assert bool(row.notification.context) is (end == End.AGAIN)


def test_emptied_code_is_never_sent() -> None:
    row = told("tests.code", UserFactory(), code="493817")
    row.notification.context = {}
    row.notification.save()
    assert sent(row).status == "skipped"


# The sweep


def test_row_of_a_lost_worker_is_tried_again(settings: Any, mailoutbox: list[Any]) -> None:
    settings.DELIVERY_STUCK_SECONDS = 150
    with time_machine.travel(NOON, tick=False) as clock:
        row = DeliveryFactory(in_hand=True)
        clock.shift(dt.timedelta(seconds=150))
        assert claiming.free_stuck() == 0
        clock.shift(dt.timedelta(seconds=1))
        assert claiming.free_stuck() == 1
        row.refresh_from_db()
        assert (row.status, row.claim) == ("retry", None)
        assert sent(row).status == "sent"


def test_row_that_kills_its_worker_each_time_is_given_up() -> None:
    long_ago = timezone.now() - dt.timedelta(hours=1)
    row = DeliveryFactory(in_hand=True, claimed_at=long_ago, attempts=MOST_ATTEMPTS)
    assert claiming.free_stuck() == 0
    row.refresh_from_db()
    assert row.status == "dead"
    assert row.reason
