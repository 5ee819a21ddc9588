"""The waiting room: tickets, who is called next, and what follows.

A queue belongs to a shop-front's day. Whoever is called is locked with SKIP LOCKED, so that two counsellors who press
"call next" at the same moment get two people.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.utils import timezone

from counselling.actions.changing import lock
from counselling.actions.claiming import just_taken, lock_person, log
from counselling.actions.telling import forget_reminders
from counselling.actors import Actor
from counselling.errors import BookingError, IllegalStepError
from counselling.models import Appointment, Counsellor, Mode, Proof, Reason, Status, TicketCounter
from counselling.queue import APPOINTMENT_WINDOW
from counselling.states import check_step
from shopfronts.models import ShopFront


def next_number(shopfront: ShopFront, day: dt.date) -> int:
    """The next ticket number of a day; the counter's row is locked until the transaction ends."""
    TicketCounter.objects.bulk_create([TicketCounter(shopfront=shopfront, on=day)], ignore_conflicts=True)
    counter = TicketCounter.objects.select_for_update().get(shopfront=shopfront, on=day)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


@transaction.atomic
def take_ticket(  # noqa: PLR0913  # what a ticket says
    *,
    shopfront: ShopFront,
    reason: Reason,
    language: str,
    by: Actor,
    source: str = Appointment.Source.KIOSK,
    name: str = "",
    ticket_id: uuid.UUID | None = None,
) -> Appointment:
    """Give a ticket for today's queue; the same `ticket_id` again is the same ticket, if it is one of this shop-front."""
    if ticket_id is not None:
        lock_person(str(ticket_id))  # of two taps at one moment the second waits, and finds the first one's
        there = Appointment.objects.filter(pk=ticket_id).first()
        if there is not None and there.is_walk_in and there.shopfront_id == shopfront.pk:
            return there
        ticket_id = ticket_id if there is None else None
    now = timezone.now()
    day = timezone.localdate(now, shopfront.zone)
    ticket = Appointment.objects.create(
        pk=ticket_id or uuid.uuid4(),
        kind=Appointment.Kind.WALK_IN,
        source=source,
        status=Status.ARRIVED,
        reason=reason,
        shopfront=shopfront,
        mode=Mode.IN_PERSON,
        language=language,
        starts_at=now,
        ends_at=now + reason.length,
        busy_from=now,
        busy_until=now + reason.length,
        name=name,
        ticket_on=day,
        ticket_number=next_number(shopfront, day),
        queued_at=now,
        site_language=language if language in ("ro", "ru", "en") else "ro",
        made_by=by.user,
        proof=Proof.DESK,  # they stand at the counter
    )
    log(ticket, old="", by=by)
    return ticket


def note_arrival(*, appointment: Appointment, by: Actor) -> Appointment:
    """Note that someone who booked is here, and give a number; noted twice it is once.

    Raises IllegalStepError, also for one who comes after all when the time has gone to somebody else.
    """
    try:
        with just_taken():
            return _note_arrival(appointment, by)
    except BookingError as error:
        raise IllegalStepError("somebody else has the time now") from error


def _note_arrival(appointment: Appointment, by: Actor) -> Appointment:
    held = lock(appointment.pk)
    if held.status == Status.ARRIVED:
        return held
    if held.status == Status.IN_SESSION:  # back from there is `back_into_queue`, never a tap at the tablet
        raise IllegalStepError("a talk is going on")
    check_step(held.status, Status.ARRIVED)
    old, now = held.status, timezone.now()
    held.status, held.queued_at = Status.ARRIVED, now
    if held.ticket_number is None:
        held.ticket_on = timezone.localdate(now, held.shopfront.zone)
        held.ticket_number = next_number(held.shopfront, held.ticket_on)
    held.over_at = None
    held.save()
    log(held, old=old, by=by)
    forget_reminders(held)
    return held


@transaction.atomic
def undo_arrival(*, appointment: Appointment, by: Actor) -> Appointment:
    """Expect someone again whose arrival was noted by mistake; the number stays theirs. Raises IllegalStepError."""
    held = lock(appointment.pk)
    if held.is_walk_in or held.called_at is not None:
        raise IllegalStepError("a ticket, or called already")
    check_step(held.status, Status.BOOKED)
    old, held.status, held.queued_at = held.status, Status.BOOKED, None
    held.save(update_fields=["status", "queued_at"])
    log(held, old=old, by=by, reason="noted by mistake")
    return held


@transaction.atomic
def call_next(*, shopfront: ShopFront, counsellor: Counsellor, desk: str, by: Actor) -> Appointment | None:
    """Call one person to a desk: appointments first from ten minutes before their time, then whoever waits longest.

    Who came more than ten minutes late waits like those without appointment. None when nobody waits whom the
    counsellor can take. Raises IllegalStepError while one whom they called has not come yet, or during a talk.
    """
    Counsellor.objects.select_for_update(of=("self",), no_key=True).get(pk=counsellor.pk)
    now = timezone.now()
    today = timezone.localdate(now, shopfront.zone)
    waiting = Appointment.objects.waiting().filter(shopfront=shopfront, ticket_on=today)
    if waiting.filter(counsellor=counsellor, called_at__isnull=False).exists():
        raise IllegalStepError("the one who was called has not come yet")
    if Appointment.objects.filter(counsellor=counsellor, status=Status.IN_SESSION).exists():
        raise IllegalStepError("a talk is going on")
    mine = Q(kind=Appointment.Kind.BOOKED, counsellor=counsellor)
    anyone = Q(kind=Appointment.Kind.WALK_IN, language__in=counsellor.languages)
    limits = counsellor.reasons.values_list("pk", flat=True)
    if limits:
        anyone &= Q(reason__in=list(limits))
    is_due = Q(
        kind=Appointment.Kind.BOOKED,
        starts_at__lte=now + APPOINTMENT_WINDOW,
        starts_at__gte=F("queued_at") - APPOINTMENT_WINDOW,
    )
    rows = (
        waiting.filter(mine | anyone, called_at__isnull=True)
        .annotate(turn=Case(When(is_due, then=Value(0)), default=Value(1), output_field=IntegerField()))
        .order_by("turn", Case(When(is_due, then=F("starts_at"))), "queued_at", "ticket_number")
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("reason", "shopfront")
    )
    called = rows.first()
    if called is None:
        return None
    called.counsellor, called.desk = counsellor, desk
    _call(called, now, by)
    return called


def _call(called: Appointment, now: dt.datetime, by: Actor) -> None:
    called.called_at, called.calls = now, called.calls + 1
    called.save(update_fields=["counsellor", "desk", "called_at", "calls"])
    log(called, old=called.status, by=by, reason="called")


@transaction.atomic
def recall(*, appointment: Appointment, by: Actor) -> Appointment:
    """Call the same person once more. Raises IllegalStepError for one who was not called."""
    held = lock(appointment.pk)
    if held.status != Status.ARRIVED or held.called_at is None:
        raise IllegalStepError("not called")
    _call(held, timezone.now(), by)
    return held


@transaction.atomic
def back_into_queue(*, appointment: Appointment, by: Actor) -> Appointment:
    """Put someone who was called, or whose talk was begun by mistake, back; behind those who wait now if they were away.

    Raises IllegalStepError.
    """
    held = lock(appointment.pk)
    if held.status not in (Status.ARRIVED, Status.IN_SESSION):
        raise IllegalStepError(f"{held.status} -> queue")
    old = held.status
    if old == Status.IN_SESSION:
        held.status, held.began_at = Status.ARRIVED, None
    elif held.called_at is None:
        return held
    else:
        held.queued_at = timezone.now()
    held.called_at, held.desk = None, ""
    if held.is_walk_in:
        held.counsellor = None
    held.save()
    if old != held.status:
        log(held, old=old, by=by, reason="back into the queue")
    return held


@transaction.atomic
def note_absence(*, appointment: Appointment, by: Actor) -> Appointment:
    """Note that someone did not come, or is not here when called. Raises IllegalStepError."""
    return _finish(appointment, Status.NO_SHOW, by)


def begin_session(*, appointment: Appointment, counsellor: Counsellor, by: Actor) -> Appointment:
    """Begin the talk. Raises IllegalStepError; SlotTakenError while the counsellor's last one is not ended."""
    with just_taken():
        held = lock(appointment.pk)
        check_step(held.status, Status.IN_SESSION)
        old = held.status
        held.status, held.began_at = Status.IN_SESSION, timezone.now()
        if held.is_walk_in:
            held.counsellor = counsellor
        held.save()
        log(held, old=old, by=by)
        return held


@transaction.atomic
def complete_session(*, appointment: Appointment, by: Actor) -> Appointment:
    """End the talk. Raises IllegalStepError."""
    return _finish(appointment, Status.COMPLETED, by)


def _finish(appointment: Appointment, status: Status, by: Actor) -> Appointment:
    held = lock(appointment.pk)
    check_step(held.status, status)
    return _end(held, status, by)


def _end(held: Appointment, status: Status, by: Actor, reason: str = "") -> Appointment:
    old, held.status, held.over_at = held.status, status, timezone.now()
    held.called_at = None
    held.save(update_fields=["status", "over_at", "called_at"])
    log(held, old=old, by=by, reason=reason)
    forget_reminders(held)
    return held


@transaction.atomic
def leave_queue(*, appointment: Appointment, by: Actor) -> Appointment:
    """Give a ticket back. Raises IllegalStepError."""
    return _finish(appointment, Status.CANCELLED_BY_CLIENT, by)


@transaction.atomic
def note_outcome(*, appointment: Appointment, came: bool, by: Actor) -> Appointment:
    """Say afterwards how a talk of an earlier day ended: they came (or were reached), or did not.

    Raises IllegalStepError on the day itself, when the board's own steps hold.
    """
    held = lock(appointment.pk)
    if not held.is_left_open(timezone.now()):
        raise IllegalStepError("not of an earlier day")
    return _end(held, Status.COMPLETED if came else Status.NO_SHOW, by, reason="noted afterwards")
