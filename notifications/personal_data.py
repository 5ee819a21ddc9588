"""What the outbox holds about a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.own_data import delete_of, rows_of
from accounts.personal_data import PersonalData, register
from notifications.models import Contact, Notification, Preference, PushSubscription, Schedule
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
    """Addresses and numbers that are the person's; messages that wait for them are cancelled with them."""
    Contact.objects.filter(email=user.email).delete()
    if user.phone:
        Contact.objects.filter(phone=user.phone).update(phone="", email="", erased_at=timezone.now())


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
