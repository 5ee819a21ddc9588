"""How long an appointment says who came: its time and kind stay for the figures, the person does not."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from counselling.models import Appointment, WaitingEntry
from notifications.models import Contact

KEEP_PEOPLE = dt.timedelta(days=180)
NOBODY: dict[str, object] = {
    "name": "", "note_sealed": None, "person_key": "", "origin_key": "", "visitor_key": "", "visitor_zone": "",
    "contact": None,
}  # fmt: skip


@transaction.atomic
def forget_old() -> int:
    """Empty what names a person in appointments that ended half a year ago, and forget old wishes; how many."""
    before = timezone.now() - KEEP_PEOPLE
    rows = Appointment.objects.filter(ends_at__lt=before)
    named = ~Q(name="") | Q(note_sealed__isnull=False) | ~Q(person_key="") | Q(contact__isnull=False)
    wishes = WaitingEntry.objects.filter(created_at__lt=before).exclude(status=WaitingEntry.Status.WAITING)
    addresses = {*rows.values_list("contact", flat=True), *wishes.values_list("contact", flat=True)}
    wishes.delete()
    emptied = rows.filter(named).update(**NOBODY)
    # An address that another booking still needs stays with that one.
    Contact.objects.filter(pk__in=addresses - {None}, appointments=None, waiting=None).delete()
    return emptied
