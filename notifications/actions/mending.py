"""Sending again what was given up, and forgetting what is over."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.jobs import wake
from common.message_kinds import declared
from notifications.actions.notifying import DELIVER
from notifications.delivery.states import ENDS, check_step
from notifications.models import Contact, DayCount, Delivery, Notification, ProviderEvent
from notifications.policies import can_send_again

KEEP_CONTEXT = dt.timedelta(days=400)
KEEP_STRANGERS = dt.timedelta(days=30)
KEEP_EVENTS = dt.timedelta(days=90)
KEEP_COUNTS = dt.timedelta(
    days=7
)  # of a day; nothing reads those of yesterday but people who look for a flood


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


@transaction.atomic
def purge() -> dict[str, int]:
    """Forget old notifications, strangers' addresses and providers' reports; how many of each."""
    now = timezone.now()
    old, _details = Notification.objects.filter(created_at__lt=now - KEEP_CONTEXT).delete()
    events, _details = ProviderEvent.objects.filter(received_at__lt=now - KEEP_EVENTS).delete()
    counts, _details = DayCount.objects.filter(on__lt=timezone.localdate(now - KEEP_COUNTS)).delete()
    return {
        "notifications": old,
        "counts": counts,
        "contacts": _forget_strangers(now),
        "events": events,
        "secrets": _empty_secrets(),
    }


def _forget_strangers(now: dt.datetime) -> int:
    """Contacts that nobody agreed to, to whom nothing is on its way, and that nothing else points to."""
    under_way = [*Delivery.WAITING, Delivery.Status.SENDING]
    strangers = Contact.objects.filter(
        created_at__lt=now - KEEP_STRANGERS, consented_at__isnull=True
    ).exclude(notifications__deliveries__status__in=under_way)
    for relation in Contact._meta.related_objects:
        if relation.related_model is not Notification:  # an appointment, say, keeps its contact
            strangers = strangers.filter(**{f"{relation.name}__isnull": True})
    return strangers.delete()[1].get(Contact._meta.label, 0)


def _empty_secrets() -> int:
    """What a worker that was killed between sending and emptying left behind."""
    kinds = [kind.code for kind in declared() if kind.is_secret]
    under_way = Delivery.objects.filter(notification=OuterRef("pk")).exclude(status__in=ENDS)
    sealed = Notification.objects.filter(kind__in=kinds).exclude(context={})
    return sealed.exclude(Exists(under_way)).update(context={})
