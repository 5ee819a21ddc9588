"""Sending what this worker has claimed.

The claim is committed before anyone outside is called, each row is marked right after its own call, and only where
the claim is still ours. Killed between call and mark, mail and push go out twice at most; SMS is marked before the
call, so it goes out once at most.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError
from django.db.models import F
from django.utils import timezone

from common.message_kinds import Channel, kind_of
from notifications import rendering
from notifications.channels import push, sms
from notifications.channels.email import Post
from notifications.channels.outcome import End, Outcome
from notifications.delivery import ceilings
from notifications.delivery.backoff import wait_after
from notifications.delivery.checking import Facts, Skip, Wait, check
from notifications.delivery.claiming import claim_due, claim_one
from notifications.delivery.states import ENDS, check_step
from notifications.models import Delivery, Notification

logger = logging.getLogger(__name__)
BATCH = 50
# Seconds after which the rest of a batch is given back: a server that is slow must not keep rows until the sweep takes
# them for lost, for then they would go out twice.
BATCH_SECONDS = 60
AWAY_SECONDS = 60  # until what was not tried, since nobody answered there, is tried
Status = Delivery.Status


def deliver_one(pk: uuid.UUID) -> None:
    """Send one delivery if it is due and nobody else has it; safe to run any number of times."""
    claim = claim_one(pk=pk)
    if claim is not None:
        send_claimed(claim)


def deliver_due(*, seconds: float) -> bool:
    """Send what is due, batch by batch, for some seconds at most; whether something may be left."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        claim = claim_due(most=BATCH)
        if claim is None:
            return False
        send_claimed(claim)
    return True


def send_claimed(claim: uuid.UUID) -> None:
    """Send every row of a claim over one connection."""
    rows = list(
        Delivery.objects.filter(claim=claim, status=Status.SENDING)
        .select_related("notification__user", "notification__contact")
        .order_by("due_at", "pk")  # urgent ones count as due long before, and go first
    )
    facts, until = Facts(rows), time.monotonic() + BATCH_SECONDS
    away: set[str] = set()
    with Post() as post:
        for row in rows:
            if row.channel in away or time.monotonic() > until:
                _give_back(row, dt.timedelta(seconds=AWAY_SECONDS if row.channel in away else 0))
                continue
            outcome = _send_whatever_happens(row, facts, post)
            if outcome is not None and outcome.is_away:
                away.add(row.channel)


def _give_back(row: Delivery, wait: dt.timedelta) -> None:
    """Leave a row that was not tried to another worker, or to a later time."""
    _mark(row, Status.PLANNED, due_at=timezone.now() + wait, attempts=F("attempts") - 1)


def _send_whatever_happens(row: Delivery, facts: Facts, post: Post) -> Outcome | None:
    """Send one row; a fault of ours that nobody thought of must not take the rest of the batch with it."""
    try:
        return _send(row, facts, post)
    except (DatabaseError, SoftTimeLimitExceeded):
        raise
    except Exception as error:  # its text may hold what is secret
        logger.error("delivery %s of kind %s: %s", row.pk, row.notification.kind, type(error).__name__)
        outcome = Outcome(End.AGAIN, detail=f"a fault of ours: {type(error).__name__}")
        if row.status == Status.SENDING:
            _try_later(row, outcome)
        return outcome


def _send(row: Delivery, facts: Facts, post: Post) -> Outcome | None:
    now = timezone.now()
    verdict = check(row, facts, now)
    if isinstance(verdict, Skip):
        _mark(row, Status.SKIPPED, reason=verdict.reason)
    elif isinstance(verdict, Wait):
        _mark(row, Status.PLANNED, due_at=verdict.until, attempts=F("attempts") - 1)
    elif row.channel == Channel.IN_APP:
        _mark(row, Status.SENT)
    elif full := ceilings.take(row):
        _mark(row, Status.SKIPPED, reason=full)
    else:
        message = rendering.mail(row) if row.channel == Channel.EMAIL else rendering.short(row)
        return _hand_over(row, message, facts, post)
    return None


def _hand_over(row: Delivery, message: Any, facts: Facts, post: Post) -> Outcome | None:
    if row.channel == Channel.SMS:
        return _send_sms(row, message)
    if row.channel == Channel.EMAIL:
        outcome = post.send(message)
    else:
        outcome = push.send(message, facts.devices.get(row.notification.user_id, ()))
    _conclude(row, outcome)
    return outcome


def _conclude(row: Delivery, outcome: Outcome) -> None:
    """Mark what a call by mail or push has brought."""
    if outcome.end == End.DONE:
        _mark(row, Status.SENT, provider_id=outcome.provider_id[:200])
    elif outcome.end == End.NOBODY:
        _mark(row, Status.SKIPPED, reason=outcome.detail)
    elif outcome.end == End.REFUSED:
        logger.warning("delivery %s by %s was refused: %s", row.pk, row.channel, outcome.detail)
        _mark(row, Status.FAILED, reason=outcome.detail or "refused")
    else:
        _try_later(row, outcome)


def _try_later(row: Delivery, outcome: Outcome) -> None:
    wait = wait_after(row.attempts)
    logger.warning("delivery %s by %s failed: %s", row.pk, row.channel, outcome.detail)
    if wait is None:
        _mark(row, Status.DEAD, reason=outcome.detail or "given up")
    else:
        _mark(row, Status.RETRY, due_at=timezone.now() + wait, reason=outcome.detail)


def _send_sms(row: Delivery, message: rendering.Short) -> Outcome | None:
    gateway = sms.gateway()
    assert gateway is not None  # noqa: S101  # checked just before
    if not _mark(row, Status.SENT, keep_secret=True):
        return None  # somebody else's by now
    row.status = Status.SENT
    outcome = gateway.send(message)
    sent = Delivery.objects.filter(pk=row.pk, status=Status.SENT)
    if outcome.end == End.DONE:
        sent.update(provider_id=outcome.provider_id)
        _forget_secret(row)
        return outcome
    logger.warning("delivery %s by sms failed: %s", row.pk, outcome.detail)
    wait = wait_after(row.attempts) if outcome.end == End.AGAIN else None
    if wait is not None:
        check_step(Status.SENT, Status.RETRY)
        sent.update(status=Status.RETRY, sent_at=None, due_at=timezone.now() + wait, reason=outcome.detail)
        return outcome
    unknown = "" if outcome.end == End.REFUSED else "it may have been sent: "
    sent.update(status=Status.FAILED, sent_at=None, reason=f"{unknown}{outcome.detail}"[:200])
    _forget_secret(row)
    return outcome


def _mark(row: Delivery, status: str, *, keep_secret: bool = False, **changes: Any) -> bool:
    """Take a step, if the row is still ours; whether it was."""
    check_step(row.status, status)
    if status == Status.SENT:
        changes["sent_at"] = timezone.now()
    changes.setdefault("reason", "")
    ours = Delivery.objects.filter(pk=row.pk, status=Status.SENDING, claim=row.claim)
    done = bool(ours.update(status=status, claim=None, claimed_at=None, **changes))
    if done and status in ENDS and not keep_secret:
        _forget_secret(row)
    return done


def _forget_secret(row: Delivery) -> None:
    """A code that went out, or never will, is nobody's business any more."""
    try:
        is_secret = kind_of(row.notification.kind).is_secret
    except KeyError:  # a kind that no app declares any more
        is_secret = True
    if is_secret:
        Notification.objects.filter(pk=row.notification_id).update(context={})
