"""How long an appointment says who came: its time and kind stay for the figures, the person does not."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from common.retention import BOOKINGS, ORIGINS, WAITING, in_batches
from counselling.models import Appointment, AppointmentStep, WaitingEntry
from notifications.models import Contact

NOBODY: dict[str, object] = {
    "name": "", "note_sealed": None, "safe_contact": "", "safety_sealed": None, "person_key": "", "origin_key": "",
    "network_key": "", "visitor_key": "", "visitor_zone": "", "contact": None, "member": None, "override_reason": "",
}  # fmt: skip


def forget_people(rows: Iterable[uuid.UUID]) -> int:
    """Take everybody out of appointments: names, texts, keys, accounts; also what colleagues wrote at a step.

    An address that another booking or wish still needs stays with that one. Gives how many rows there were.
    """
    pks = list(rows)
    addresses = set(Appointment.objects.filter(pk__in=pks).values_list("contact", flat=True)) - {None}
    emptied = Appointment.objects.filter(pk__in=pks).update(**NOBODY)
    AppointmentStep.objects.filter(appointment__in=pks).exclude(reason="").update(reason="")
    _forget_addresses(addresses)
    return emptied


def forget_origins() -> int:
    """Empty from which address and network was booked what ended a while ago, and wished what is over; how many."""
    talks = Appointment.objects.filter(ends_at__lt=timezone.now() - ORIGINS)
    wishes = WaitingEntry.objects.exclude(status=WaitingEntry.Status.WAITING)
    return sum(
        rows.model._default_manager.filter(pk__in=batch).update(origin_key="", network_key="")
        for rows in (talks, wishes)
        for batch in in_batches(rows.exclude(origin_key="", network_key=""))
    )


def forget_old() -> int:
    """Empty what names a person in appointments that ended long ago, and forget old wishes; how many appointments."""
    now = timezone.now()
    emptied = sum(map(forget_people, in_batches(_named(ended_before=now - BOOKINGS))))
    wishes = WaitingEntry.objects.filter(created_at__lt=now - WAITING).exclude(
        status=WaitingEntry.Status.WAITING
    )
    for batch in in_batches(wishes):
        addresses = set(wishes.filter(pk__in=batch).values_list("contact", flat=True)) - {None}
        wishes.filter(pk__in=batch).delete()
        _forget_addresses(addresses)
    return emptied


def _named(*, ended_before: object) -> QuerySet[Appointment]:
    """Appointments of then in which anything still says who came."""
    says = Q(steps__reason__gt="")
    for column, empty in NOBODY.items():
        says |= Q(**{f"{column}__isnull": False}) if empty is None else ~Q(**{column: empty})
    return Appointment.objects.filter(says, ends_at__lt=ended_before).distinct()


@transaction.atomic
def _forget_addresses(addresses: set[uuid.UUID]) -> None:
    Contact.objects.filter(pk__in=addresses, appointments=None, waiting=None).delete()
