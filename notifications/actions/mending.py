"""Sending again what was given up, and forgetting what is over."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.jobs import wake
from common.message_kinds import declared
from common.retention import (
    ADDRESSES,
    MESSAGE_COUNTS,
    MESSAGES,
    PROVIDER_REPORTS,
    SUPPRESSIONS,
    delete_in_batches,
)
from notifications.actions.notifying import DELIVER
from notifications.delivery.states import ENDS, check_step
from notifications.models import Contact, DayCount, Delivery, Notification, ProviderEvent, Suppression
from notifications.policies import can_send_again


@transaction.atomic
def send_again(*, delivery: Delivery, by: User) -> Delivery:
    """Try a message anew that was refused or given up. Raises ValidationError for one that may not be sent again."""
    held = Delivery.objects.select_for_update(of=("self",)).select_related("notification").get(pk=delivery.pk)
    if not can_send_again(held):
        raise ValidationError(
            _("Only refused or abandoned messages are sent again, never codes or secret links.")
        )
    check_step(held.status, Delivery.Status.PLANNED)
    held.status, held.attempts, held.due_at = Delivery.Status.PLANNED, 0, timezone.now()
    held.reason = f"sent again by {by.handle}"
    held.save(update_fields=["status", "attempts", "due_at", "reason"])
    wake(DELIVER, str(held.pk))
    return held


def purge() -> dict[str, int]:
    """Forget old notifications, strangers' and refused addresses and providers' reports; how many of each."""
    now = timezone.now()
    today = timezone.localdate(now)
    return {
        "notifications": delete_in_batches(_over(now)),
        "counts": delete_in_batches(DayCount.objects.filter(on__lt=today - MESSAGE_COUNTS)),
        "contacts": delete_in_batches(_strangers(now)),
        "suppressions": delete_in_batches(Suppression.objects.filter(created_at__lt=now - SUPPRESSIONS)),
        "events": delete_in_batches(ProviderEvent.objects.filter(received_at__lt=now - PROVIDER_REPORTS)),
        "secrets": _empty_secrets(),
    }


UNDER_WAY = [*Delivery.WAITING, Delivery.Status.SENDING]


def _over(now: dt.datetime) -> QuerySet[Notification]:
    """Old messages; a reminder of a talk that lies far ahead is written long before it is sent."""
    ahead = Delivery.objects.filter(notification=OuterRef("pk"), status__in=UNDER_WAY)
    return Notification.objects.filter(~Exists(ahead), created_at__lt=now - MESSAGES)


def _strangers(now: dt.datetime) -> QuerySet[Contact]:
    """Contacts that nobody agreed to, to whom nothing is on its way, and that nothing else points to."""
    old = Contact.objects.unclaimed().filter(created_at__lt=now - ADDRESSES, consented_at__isnull=True)
    return old.exclude(notifications__deliveries__status__in=UNDER_WAY)


def _empty_secrets() -> int:
    """What a worker that was killed between sending and emptying left behind."""
    kinds = [kind.code for kind in declared() if kind.is_secret]
    under_way = Delivery.objects.filter(notification=OuterRef("pk")).exclude(status__in=ENDS)
    sealed = Notification.objects.filter(kind__in=kinds).exclude(context={})
    return sealed.exclude(Exists(under_way)).update(context={})
