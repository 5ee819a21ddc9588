"""Sending again what was given up, and forgetting what is over."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common.jobs import wake
from notifications.delivery.states import check_step
from notifications.models import Contact, Delivery, Notification, ProviderEvent

KEEP_CONTEXT = dt.timedelta(days=400)
KEEP_STRANGERS = dt.timedelta(days=30)
KEEP_EVENTS = dt.timedelta(days=90)


@transaction.atomic
def send_again(*, delivery: Delivery, by: User) -> Delivery:
    """Try a message anew that was refused or given up. Raises IllegalStepError for any other."""
    from notifications.tasks import deliver  # noqa: PLC0415  # tasks stand above actions

    held = Delivery.objects.select_for_update().get(pk=delivery.pk)
    check_step(held.status, Delivery.Status.PLANNED)
    held.status, held.attempts, held.due_at = Delivery.Status.PLANNED, 0, timezone.now()
    held.reason = f"sent again by {by.handle}"
    held.save(update_fields=["status", "attempts", "due_at", "reason"])
    wake(deliver, str(held.pk))
    return held


@transaction.atomic
def purge() -> dict[str, int]:
    """Forget old notifications, strangers' addresses and providers' reports; how many of each."""
    now = timezone.now()
    old, _ = Notification.objects.filter(created_at__lt=now - KEEP_CONTEXT).delete()
    strangers = Contact.objects.filter(created_at__lt=now - KEEP_STRANGERS, consented_at__isnull=True)
    gone, _ = strangers.exclude(notifications__deliveries__status__in=Delivery.WAITING).delete()
    events, _ = ProviderEvent.objects.filter(received_at__lt=now - KEEP_EVENTS).delete()
    return {"notifications": old, "contacts": gone, "events": events}
