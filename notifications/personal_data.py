"""What the outbox holds about a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.own_data import delete_of, rows_of
from accounts.personal_data import PersonalData, register, register_columns
from notifications.models import (
    Contact,
    DayCount,
    Delivery,
    Notification,
    Preference,
    ProviderEvent,
    PushSubscription,
    Schedule,
    Suppression,
)
from notifications.rendering import subject_of


def _notifications(user: User) -> Iterator[dict[str, Any]]:
    rows = Notification.objects.filter(user=user).prefetch_related("deliveries").order_by("-created_at")
    for row in rows:
        yield {
            "kind": row.kind,
            "text": subject_of(row, user.language),
            "created_at": row.created_at,
            "read_at": row.read_at,
            "sent": [f"{one.channel}: {one.status}" for one in row.deliveries.all()],
        }


def _contacts(user: User) -> Iterator[dict[str, Any]]:
    rows = Contact.objects.filter(email=user.email).values("email", "language", "created_at", "consented_at")
    yield from map(dict, rows)


def _forget_contacts(user: User) -> None:
    """Addresses and numbers that are the person's; messages that wait for them are cancelled with them.

    Apps above have let go of theirs by now: a number that something still points to is a household's, and another's.
    """
    Contact.objects.filter(email=user.email).delete()
    Suppression.objects.filter(address__in=[one for one in (user.email, user.phone) if one]).delete()
    if user.phone:
        numbers = Contact.objects.filter(phone=user.phone).unclaimed()
        numbers.update(phone="", email="", erased_at=timezone.now())


def register_models() -> None:
    """Name every model here that points to a person."""
    register(
        PersonalData(Notification, _("Messages to you"), _notifications, delete_of(Notification)),
        PersonalData(Contact, _("Your address among those that we wrote to"), _contacts, _forget_contacts),
        PersonalData(
            Preference,
            _("What you want to be told"),
            rows_of(Preference, "category", "channel", "frequency"),
            delete_of(Preference),
        ),
        PersonalData(
            Schedule,
            _("When you want to be told"),
            rows_of(Schedule, "paused_until", "quiet_from", "quiet_until", "digest_at", "digest_weekday"),
            delete_of(Schedule),
        ),
        PersonalData(
            PushSubscription,
            _("Your devices for messages"),
            rows_of(PushSubscription, "device", "created_at"),
            delete_of(PushSubscription),
        ),
    )
    _judge_columns()


def _judge_columns() -> None:
    """What the texts here say of people; they go with their rows."""
    register_columns(Contact, personal=("email", "phone"), plain=("time_zone",))
    register_columns(Notification, personal=("context",), plain=("dedupe_key", "kind", "url"))
    register_columns(Delivery, personal=("reason",), plain=("provider_id",))
    register_columns(PushSubscription, personal=("device", "endpoint", "auth", "p256dh"))
    register_columns(Suppression, personal=("address", "detail"))
    register_columns(ProviderEvent, plain=("event_id", "kind"))
    register_columns(DayCount, plain=("key", "what"))  # of an address under a keyed hash, for a week
