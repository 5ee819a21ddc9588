"""How long an appointment says who came: its time and kind stay for the figures, the person does not."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from counselling.models import Appointment

KEEP_PEOPLE = dt.timedelta(days=180)
NOBODY: dict[str, object] = {
    "name": "", "note_sealed": None, "person_key": "", "origin_key": "", "visitor_key": "", "visitor_zone": "",
    "contact": None,
}  # fmt: skip


@transaction.atomic
def forget_old() -> int:
    """Empty what names a person in appointments that ended half a year ago; how many."""
    rows = Appointment.objects.filter(ends_at__lt=timezone.now() - KEEP_PEOPLE)
    named = ~Q(name="") | Q(note_sealed__isnull=False) | ~Q(person_key="") | Q(contact__isnull=False)
    return rows.filter(named).update(**NOBODY)
