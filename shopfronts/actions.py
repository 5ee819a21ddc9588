"""Every change to the counters' calendar, one function a verb."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import override

from common import content_version
from shopfronts.models import Closure, key_of_day
from shopfronts.public_holidays import holidays_of

YEARS = 3  # this year and the next two: appointments and rosters reach no further


@transaction.atomic
def renew_holidays(*, today: dt.date) -> int:
    """Close all counters on the public holidays from this year on; how many days were added.

    A day of all counters that has a row is left as it is, whoever wrote it: the catalogue's file and people win.
    """
    days = holidays_of(range(today.year, today.year + YEARS))
    general = Closure.objects.filter(shopfront=None, on__in=[day.on for day in days])
    written = set(general.values_list("on", flat=True))
    with override("ro"):  # the original column of a translated field is the Romanian one
        new = [
            Closure(
                pk=key_of_day(day.on),
                on=day.on,
                origin=Closure.Origin.HOLIDAY,
                **{f"name_{language}": name for language, name in day.names.items()},
            )
            for day in days
            if day.on not in written
        ]
        Closure.objects.bulk_create(new, ignore_conflicts=True)  # another run may write the same days now
    if new:
        content_version.bump()
    return len(new)
