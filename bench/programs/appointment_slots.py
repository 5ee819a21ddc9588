"""Free times by ours and by django-appointment from the same roster in the same database.

Rules that only one of the two knows are switched off: buffers around a talk and the rhythm of several weeks (ours),
gaps and a slot's own length (theirs); both ask for no notice. What one says by hours of the shop-front, closures and
time off, the other says by working hours, days off and unavailabilities.
Prints one line of JSON; ends with 1 and examples when the two offer different times.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from appointment.models import (
    Appointment,
    AppointmentRequest,
    Config,
    DayOff,
    Service,
    StaffMember,
    Unavailability,
    WorkingHours,
)
from appointment.services import get_available_slots_for_staff
from appointment.utils.db_helpers import get_weekday_num_from_date
from django.core.management import call_command
from django.utils import timezone

from bench.bookings import office as offices
from bench.bookings.office import LUNCH, TALK, WEEKDAYS, WORKS, Office
from bench.harness import interleave
from bench.sql import counting
from counselling import availability
from counselling import models as ours
from shopfronts.models import Closure, ShopFront

EACH, DAYS, HORIZON, BOOKED = 3, 14, 20, 0.6  # counsellors at a shop-front; days shown; days bookable; share
ROUNDS = 5
DAY = dt.timedelta(days=1)

Places = set[tuple[uuid.UUID, dt.datetime]]  # (counsellor, start)


@dataclass(frozen=True, slots=True)
class Window:
    """Whole local days from tomorrow on, so that the minute of the measurement does not matter."""

    office: Office
    first: dt.date

    @property
    def days(self) -> list[dt.date]:
        """The days shown."""
        return [self.first + DAY * number for number in range(DAYS)]

    def at(self, day: dt.date, clock: dt.time) -> dt.datetime:
        """A wall-clock time of the shop-fronts as an instant."""
        return dt.datetime.combine(day, clock, tzinfo=self.office.shopfronts[0].zone)


def main() -> None:
    """Fill both, compare, measure in turn."""
    call_command("migrate", run_syncdb=True, verbosity=0)  # its wheel has no migrations
    office = offices.open_office(list(ShopFront.objects.all()), each=EACH, horizon_days=HORIZON)
    window = Window(office, timezone.localdate() + DAY)
    _take_time_off(window)
    booked = offices.book(office, _offered(window), BOOKED)
    service, staff = _copy_roster(window)
    one, other = _ours(window), _theirs(window, service, staff)
    if one != other:
        sys.exit(f"only ours: {sorted(one - other)[:5]}; only theirs: {sorted(other - one)[:5]}")
    measures = {"ours": lambda: _ours(window), "peer": lambda: _theirs(window, service, staff)}
    told: dict[str, float] = {"free": len(one), "booked": booked}
    for name, measure in measures.items():
        with counting() as tally:
            measure()
        told[f"{name}_statements"] = tally.statements
    seconds = interleave({name: _timed(measure) for name, measure in measures.items()}, ROUNDS)
    print(json.dumps(told | seconds))


def _timed(measure: Callable[[], Places]) -> Callable[[], float]:
    def run() -> float:
        began = time.perf_counter()
        measure()
        return time.perf_counter() - began

    return run


def _take_time_off(window: Window) -> None:
    """One counsellor is away for the first two days, another one on the mornings of two."""
    one, other = window.office.counsellors[:2]
    first, second = window.days[:2]
    midnight, (opens, _closes), (lunch, _end) = dt.time(), WORKS, LUNCH
    away = [(one, window.at(first, midnight), window.at(second + DAY, midnight))]
    away += [(other, window.at(day, opens), window.at(day, lunch)) for day in (first, second)]
    ours.TimeOff.objects.bulk_create(
        ours.TimeOff(counsellor=who, starts_at=start, ends_at=end) for who, start, end in away
    )


def _offered(window: Window) -> list[tuple[uuid.UUID, uuid.UUID, dt.datetime]]:
    return [(who, slot.place, slot.starts_at) for slot in _find(window) for who in slot.counsellors]


def _find(window: Window) -> list[availability.Slot]:
    midnight = dt.time()
    start, end = window.at(window.days[0], midnight), window.at(window.days[-1] + DAY, midnight)
    wish = replace(window.office.wish(), shopfronts=())  # all that are open, found anew each time
    return availability.find(wish, start=start, until=end)


def _ours(window: Window) -> Places:
    return {(who, slot.starts_at) for slot in _find(window) for who in slot.counsellors}


def _theirs(window: Window, service: Service, staff: dict[uuid.UUID, StaffMember]) -> Places:
    """As its view of the next free day asks: each person, each day."""
    found = set()
    for who, member in staff.items():
        for day in window.days:
            slots = get_available_slots_for_staff(
                day, member, get_weekday_num_from_date(day), service=service
            )
            found |= {(who, window.at(day, slot.time())) for slot in slots}
    return found


def _copy_roster(window: Window) -> tuple[Service, dict[uuid.UUID, StaffMember]]:
    Config.objects.create(slot_duration=30, appointment_buffer_time=0)  # kept in its cache, as in use
    service = Service.objects.create(name="Bench", duration=TALK, price=0)
    staff = {
        one.pk: StaffMember.objects.create(user=one.user, slot_duration=30, appointment_buffer_time=0)
        for one in window.office.counsellors
    }
    opens, closes = WORKS
    for member in staff.values():
        member.services_offered.add(service)
        for weekday in WEEKDAYS:
            WorkingHours.objects.create(
                staff_member=member, day_of_week=weekday, start_time=opens, end_time=closes
            )
    _copy_absences(window, staff)
    _copy_appointments(window, service, staff)
    return service, staff


def _copy_absences(window: Window, staff: dict[uuid.UUID, StaffMember]) -> None:
    closed = set(Closure.objects.filter(shopfront=None, is_open=False).values_list("on", flat=True))
    days_off = [(member, day) for member in staff.values() for day in window.days if day in closed]
    absences = [(member, day, *LUNCH) for member in staff.values() for day in window.days]
    for off in ours.TimeOff.objects.all():
        zone = window.office.shopfronts[0].zone
        start, end, member = (
            off.starts_at.astimezone(zone),
            off.ends_at.astimezone(zone),
            staff[off.counsellor_id],
        )
        if end.date() == start.date():
            absences.append((member, start.date(), start.time(), end.time()))
        else:
            days_off += [(member, day) for day in window.days if start.date() <= day < end.date()]
    DayOff.objects.bulk_create(
        DayOff(staff_member=who, start_date=day, end_date=day) for who, day in days_off
    )
    Unavailability.objects.bulk_create(
        Unavailability(staff_member=who, date=day, start_time=start, end_time=end)
        for who, day, start, end in absences
    )


def _copy_appointments(window: Window, service: Service, staff: dict[uuid.UUID, StaffMember]) -> None:
    requests = []
    for row in ours.Appointment.objects.all():
        start, end = (
            moment.astimezone(window.office.shopfronts[0].zone) for moment in (row.starts_at, row.ends_at)
        )
        requests.append(
            AppointmentRequest(
                date=start.date(),
                start_time=start.time(),
                end_time=end.time(),
                service=service,
                staff_member=staff[row.counsellor_id],
                id_request=str(row.pk),
            )
        )
    made = AppointmentRequest.objects.bulk_create(requests)
    Appointment.objects.bulk_create(
        Appointment(appointment_request=one, id_request=one.id_request, amount_to_pay=0) for one in made
    )
