"""Planning messages: rows in the caller's transaction, and a hint to the workers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Consent, User
from common.jobs import wake
from common.message_kinds import Channel, MessageKind, kind_of
from notifications.models import Contact, Delivery, Notification, Preference, PushSubscription
from notifications.models.delivery import DeliveryQuerySet
from notifications.preferences import Frequency, Wishes, wanted
from notifications.secrets import seal

CHUNK = 1000  # recipients whose rows are written at once
# Urgent messages count as due this much earlier: who takes the longest due first finds them before a crowd that waits.
HEAD_START = dt.timedelta(days=1)
# By name: tasks stand above actions
DELIVER, DELIVER_DUE = "notifications.tasks.deliver", "notifications.tasks.deliver_due"
Status = Delivery.Status


@transaction.atomic
def notify(  # noqa: PLR0913  # facts by name
    *,
    kind: str,
    recipient: User | Contact,
    context: dict[str, Any],
    dedupe_key: str,
    not_before: dt.datetime | None = None,
    url: str = "",
    is_unproved: bool = False,
    ways: frozenset[Channel] | None = None,
) -> Notification:
    """Tell one person once, in the caller's transaction; the same key again is the same notification.

    `context` is JSON; `url` a path without its language; `not_before` UTC. `is_unproved` when somebody caused it who has
    not shown that the address is theirs: the ceilings of a day hold for it. By `ways` alone it may go (None: by all of
    its kind). Raises KeyError for an unknown kind.
    """
    what = kind_of(kind)
    new = draft_of(what, recipient, context, dedupe_key, url)
    new.is_unproved = new.contact is not None and (is_unproved or what.is_asked_by_anyone)
    Notification.objects.bulk_create([new], ignore_conflicts=True)
    owner = _owner(recipient)
    kept = Notification.objects.get(**owner, dedupe_key=dedupe_key)
    if kept.pk != new.pk:
        return kept
    people = [recipient] if isinstance(recipient, User) else []
    rows = plan(what, [kept], Facts(what, people), not_before or timezone.now())
    planned = [row for row in rows if ways is None or row.channel in ways]
    Delivery.objects.bulk_create(planned)
    _wake(planned, what)
    return kept


def notify_many(
    *, kind: str, recipients: QuerySet[User], context: dict[str, Any], dedupe_key: str, url: str = ""
) -> int:
    """Tell many people the same; how many were not told before. Memory and statements stay the same per 1,000.

    Each 1,000 is a transaction of its own unless the caller holds one; broken off, it can be called again.
    """
    what, told, last = kind_of(kind), 0, None
    people = recipients.order_by("pk").only("pk", "email", "phone", "phone_verified_at")
    while True:
        page = people.filter(pk__gt=last) if last else people
        chunk = list(page[:CHUNK])
        if not chunk:
            break
        told += _notify_chunk(what, chunk, context, dedupe_key, url)
        last = chunk[-1].pk
    return told


@transaction.atomic
def _notify_chunk(
    what: MessageKind, people: list[User], context: dict[str, Any], dedupe_key: str, url: str
) -> int:
    rows = [draft_of(what, person, context, dedupe_key, url) for person in people]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    fresh = set(Notification.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    planned = list(plan(what, [row for row in rows if row.pk in fresh], Facts(what, people), timezone.now()))
    Delivery.objects.bulk_create(planned)
    if any(row.status == Status.PLANNED and not row.digest for row in planned):
        wake(DELIVER_DUE)
    return len(fresh)


def draft_of(
    what: MessageKind, recipient: User | Contact, context: dict[str, Any], dedupe_key: str, url: str
) -> Notification:
    """A message that is not written yet."""
    return Notification(
        kind=what.code,
        category=what.category,
        user=recipient if isinstance(recipient, User) else None,
        contact=recipient if isinstance(recipient, Contact) else None,
        context=seal(context) if what.is_secret else context,
        dedupe_key=dedupe_key,
        url=url,
    )


class Facts:
    """What planning must know of some people, asked once for all of them."""

    def __init__(self, what: MessageKind, people: list[User]) -> None:
        pks = [person.pk for person in people]
        self.wishes: dict[Any, dict[tuple[str, str], str]] = {}
        if pks and what.can_be_switched_off:
            said = Preference.objects.filter(user__in=pks, category=what.category)
            for user, channel, frequency in said.values_list("user_id", "channel", "frequency"):
                self.wishes.setdefault(user, {})[what.category, channel] = frequency
        self.with_push: set[Any] = set()
        if pks and Channel.PUSH in what.channels:
            devices = PushSubscription.objects.filter(user__in=pks)
            self.with_push = set(devices.values_list("user_id", flat=True))
        self.with_consent: set[Any] = set()
        if pks and Channel.SMS in what.channels:
            consents = Consent.objects.in_force().filter(user__in=pks, purpose=Consent.Purpose.SMS)
            self.with_consent = set(consents.values_list("user_id", flat=True))

    def reaches(self, user: User, channel: str) -> bool:
        """Whether a channel leads to the person at all."""
        if channel == Channel.PUSH:
            return user.pk in self.with_push
        if channel == Channel.SMS:
            return bool(user.phone and user.phone_verified_at) and user.pk in self.with_consent
        return True

    def wishes_of(self, user: User) -> Wishes:
        """What the person has said."""
        return self.wishes.get(user.pk, {})


def plan(
    what: MessageKind, rows: list[Notification], facts: Facts, not_before: dt.datetime
) -> Iterator[Delivery]:
    """One delivery for each channel that is due: it leads to the person, who wants it."""
    now = timezone.now()
    head_start = HEAD_START if what.is_urgent and not_before <= now else dt.timedelta()
    for row in rows:
        for channel in what.channels:
            frequency = _due(what, row, channel, facts)
            if frequency == Frequency.OFF:
                continue
            at_once = channel == Channel.IN_APP and not_before <= now
            gathered = frequency in (Frequency.DAILY, Frequency.WEEKLY)
            yield Delivery(
                notification=row,
                channel=channel,
                status=Status.SENT if at_once else Status.PLANNED,
                sent_at=now if at_once else None,
                digest=str(frequency) if gathered else Delivery.Digest.NONE,
                due_at=not_before - head_start,
                not_before=not_before,
            )


def _due(what: MessageKind, row: Notification, channel: Channel, facts: Facts) -> Frequency:
    if row.contact is not None:
        address = {Channel.EMAIL: row.contact.email, Channel.SMS: row.contact.phone}.get(channel, "")
        return Frequency.AT_ONCE if address else Frequency.OFF
    assert row.user is not None  # noqa: S101  # a constraint of the table
    return (
        wanted(what, channel, facts.wishes_of(row.user))
        if facts.reaches(row.user, channel)
        else Frequency.OFF
    )


def _wake(planned: list[Delivery], what: MessageKind) -> None:
    from notifications.delivery.sending import deliver_one  # noqa: PLC0415  # stands above actions

    now = timezone.now()
    for row in planned:
        if row.status == Status.PLANNED and not row.digest and row.due_at <= now:
            # Someone waits for a code in front of the page: without a broker it is sent from here.
            otherwise = partial(deliver_one, row.pk) if what.is_urgent else None
            wake(DELIVER, str(row.pk), otherwise=otherwise)


@transaction.atomic
def cancel_notifications(*, recipient: User | Contact, dedupe_key: str = "", prefix: str = "") -> int:
    """Stop what is still planned for someone under a key, or under all keys with a beginning; how many messages."""
    rows = Notification.objects.filter(**_owner(recipient))
    rows = rows.filter(dedupe_key__startswith=prefix) if prefix else rows.filter(dedupe_key=dedupe_key)
    return Delivery.objects.filter(notification__in=rows, status__in=Delivery.WAITING).update(
        status=Status.CANCELLED, reason="no longer needed"
    )


def still_planned(*, recipient: User | Contact, prefix: str) -> Delivery | None:
    """The newest message to someone under keys with a beginning that has not gone out, with its notification."""
    rows = _under(recipient, prefix).filter(status__in=Delivery.WAITING)
    return rows.select_related("notification").order_by("-created_at").first()


def was_told(*, recipient: User | Contact, prefix: str) -> bool:
    """Whether something went out to someone under keys with a beginning."""
    return _under(recipient, prefix).filter(status=Status.SENT).exists()


def _under(recipient: User | Contact, prefix: str) -> DeliveryQuerySet:
    keys = {f"notification__{name}": who for name, who in _owner(recipient).items()}
    return Delivery.objects.filter(notification__dedupe_key__startswith=prefix, **keys)


def _owner(recipient: User | Contact) -> dict[str, Any]:
    return {"user": recipient} if isinstance(recipient, User) else {"contact": recipient}
