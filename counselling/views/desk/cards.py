"""The day of a shop-front as lanes of cards, each with the steps that are legal for whoever looks at it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from counselling import queue, slots
from counselling.models import Appointment, Counsellor, Mode, Status
from counselling.states import CANCELLED, can_step
from counselling.wording import clock
from services.labels import language_name
from shopfronts.models import ShopFront

MOST_LEFT_OPEN = 50  # shown at once; the others follow when these are settled


class Step(StrEnum):
    """What is pressed on a card."""

    ARRIVED = "arrived"
    EXPECTED = "expected"  # "arrived" was pressed by mistake
    BEGIN = "begin"
    RECALL = "recall"
    BACK = "back"
    ABSENT = "absent"
    END = "end"
    CAME = "came"  # said on a later day
    MISSED = "missed"  # said on a later day


LABELS: dict[Step, Promise] = {
    Step.ARRIVED: _("Arrived"),
    Step.EXPECTED: _("Not here yet"),
    Step.BEGIN: _("Begin"),
    Step.RECALL: _("Call again"),
    Step.BACK: _("Back into the queue"),
    Step.ABSENT: _("Did not come"),
    Step.END: _("End"),
    Step.CAME: _("Came"),
    Step.MISSED: _("Did not come"),
}
MAIN = frozenset({Step.ARRIVED, Step.BEGIN, Step.END})  # what usually comes next; the others are quiet


@dataclass(frozen=True, slots=True)
class Button:
    """One step as it is drawn."""

    step: Step
    label: Promise
    is_main: bool


@dataclass(frozen=True, slots=True)
class Card:
    """An appointment or ticket of the day."""

    row: Appointment
    lane: str
    clock: str  # of a booking
    language: str
    minutes: int  # waiting, since the call, or in session
    is_late: bool
    is_cancelled: bool
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """Cards in the same state."""

    key: str
    title: Promise
    nothing: Promise
    cards: list[Card]


def legal_steps(row: Appointment, counsellor: Counsellor | None, now: dt.datetime) -> tuple[Step, ...]:
    """What may be pressed now, the usual step first; pages show these and the view takes no other."""
    if row.is_left_open(now):
        return Step.CAME, Step.MISSED
    if row.status == Status.ARRIVED:
        return _steps_of_who_is_here(row, counsellor)
    is_over = row.starts_at <= now
    steps: dict[str, tuple[Step, ...]] = {
        Status.BOOKED: (Step.ARRIVED, Step.ABSENT) if is_over else (Step.ARRIVED,),
        Status.IN_SESSION: (Step.END, Step.BACK),
        Status.NO_SHOW: (Step.ARRIVED,),
    }
    return steps.get(row.status, ())


def _steps_of_who_is_here(row: Appointment, counsellor: Counsellor | None) -> tuple[Step, ...]:
    is_mine = counsellor is not None and row.counsellor_id in (None, counsellor.pk)
    begin = (Step.BEGIN,) if is_mine and can_step(row.status, Status.IN_SESSION) else ()
    if row.called_at is not None:
        return (*begin, Step.RECALL, Step.BACK, Step.ABSENT)
    return (*begin, Step.ABSENT) if row.is_walk_in else (*begin, Step.EXPECTED)


def day_of(shopfront: ShopFront, now: dt.datetime) -> list[Appointment]:
    """Everything that is on today, by the clocks of the shop-front."""
    zone = shopfront.zone
    today = timezone.localdate(now, zone)
    start, end = slots.whole_day(today, zone)
    is_today = Q(ticket_on=today) | Q(starts_at__gte=start, starts_at__lt=end)
    rows = Appointment.objects.of_shopfronts(frozenset({shopfront.slug})).filter(is_today)
    rows = rows.exclude(status=Status.MOVED).select_related("reason", "shopfront", "counsellor")
    return list(rows.order_by("starts_at", "ticket_number", "pk"))


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """A talk of an earlier day of which nobody has said how it ended."""

    row: Appointment
    day: dt.date
    clock: str

    @property
    def is_at_the_counter(self) -> bool:
        """Whether people come, or are reached by telephone or video."""
        return self.row.mode == Mode.IN_PERSON


def left_open(shopfront: ShopFront, now: dt.datetime) -> list[LeftOpen]:
    """What earlier days left open at a shop-front, the oldest first."""
    start, _end = slots.whole_day(timezone.localdate(now, shopfront.zone), shopfront.zone)
    rows = Appointment.objects.of_shopfronts(frozenset({shopfront.slug})).left_open(start)
    found = rows.select_related("reason", "shopfront", "counsellor").order_by("starts_at", "pk")
    zone = shopfront.zone
    return [
        LeftOpen(row, timezone.localdate(row.starts_at, zone), clock(row.starts_at, zone))
        for row in found[:MOST_LEFT_OPEN]
    ]


def lanes_of(rows: Iterable[Appointment], counsellor: Counsellor | None, now: dt.datetime) -> list[Lane]:
    """The four lanes of the board, then what is done."""
    rows = list(rows)
    here = [row for row in rows if row.status == Status.ARRIVED]
    waiting = queue.order([row for row in here if row.called_at is None], now)
    called = sorted(
        (row for row in here if row.called_at is not None), key=lambda row: row.called_at or now, reverse=True
    )
    talking = sorted(
        (row for row in rows if row.status == Status.IN_SESSION), key=lambda row: row.began_at or now
    )
    later = [row for row in rows if row.status == Status.BOOKED]
    over = (Status.COMPLETED, Status.NO_SHOW, *CANCELLED)
    done = [row for row in rows if row.status in over]

    def lane(key: str, title: Promise, nothing: Promise, found: list[Appointment]) -> Lane:
        return Lane(key, title, nothing, [_card(row, key, counsellor, now) for row in found])

    return [
        lane("waiting", _("Waiting"), _("Nobody is waiting."), waiting),
        lane("called", _("Called"), _("Nobody is called."), called),
        lane("talking", _("In session"), _("No session is in progress."), talking),
        lane("later", _("Later today"), _("No more bookings for today."), later),
        lane("done", _("Done today"), _("Nothing yet."), done),
    ]


def _card(row: Appointment, lane: str, counsellor: Counsellor | None, now: dt.datetime) -> Card:
    since = {"waiting": row.queued_at, "called": row.called_at, "talking": row.began_at}.get(lane)
    return Card(
        row=row,
        lane=lane,
        clock="" if row.is_walk_in else clock(row.starts_at, row.shopfront.zone),
        language=language_name(row.language, get_language() or "ro"),
        minutes=max(0, int((now - since).total_seconds() // 60)) if since else 0,
        is_late=lane == "later" and row.starts_at < now,
        is_cancelled=row.status in CANCELLED,
        buttons=tuple(
            Button(step, LABELS[step], step in MAIN and lane != "done")
            for step in legal_steps(row, counsellor, now)
        ),
    )


def seen_of(rows: Iterable[Appointment], counsellor: Counsellor | None, now: dt.datetime) -> str:
    """The same as long as the board would look the same: an open page is not redrawn for nothing."""
    parts = [f"{now:%H%M}", str(counsellor and counsellor.pk)]
    for row in rows:
        parts += [
            str(row.pk),
            row.status,
            str(row.called_at),
            str(row.queued_at),
            row.desk,
            row.name,
            row.safe_contact,
            row.video_room,
        ]
    return hashlib.blake2b("|".join(parts).encode(), digest_size=8).hexdigest()
