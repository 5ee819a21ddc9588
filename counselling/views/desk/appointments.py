"""One appointment for colleagues: who, how to reach them, what happened; move and cancel."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.phones import shown
from counselling import actions, notes
from counselling.errors import BookingError, IllegalStepError
from counselling.forms.desk import WhyForm, WishForm, read_time
from counselling.models import Appointment, AppointmentStep, Status
from counselling.safety import Safety
from counselling.states import can_step
from counselling.views.desk.place import Desk, desk_page, see_other, show
from counselling.views.desk.times import free_times, is_sent, problem_of, wished
from counselling.views.sentences import is_told, told_or_not
from counselling.wording import day_and_time
from services.labels import language_name

CONFLICTS = "conflicts"  # where someone came from, and goes back to


def _back(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    if request.GET.get("back") == CONFLICTS:
        return see_other("conflicts")
    return see_other("appointment", appointment.pk)


def _facts(appointment: Appointment) -> dict[str, Any]:
    zone, contact = appointment.shopfront.zone, appointment.contact
    steps = AppointmentStep.objects.filter(appointment__booking_id=appointment.booking_id)
    return {
        "appointment": appointment,
        "when": day_and_time(appointment.starts_at, zone),
        "language_label": language_name(appointment.language, get_language() or "ro"),
        "phone": shown(contact.phone) if contact and contact.phone else "",
        "note": notes.unseal(appointment.note_sealed),
        "safety": Safety.of(appointment),
        "log": [
            (day_and_time(each.at, zone), each) for each in steps.select_related("actor").order_by("at", "pk")
        ],
        "can_move": can_step(appointment.status, Status.MOVED),
        "can_cancel": can_step(appointment.status, Status.CANCELLED_BY_OFFICE),
    }


@require_safe
@desk_page
def appointment(request: HttpRequest, desk: Desk, pk: uuid.UUID) -> HttpResponse:
    """Everything about one appointment, its note included."""
    found = desk.appointment(pk)
    form = WhyForm(is_read=is_told(found, "cancelled"))
    context = _facts(found) | {"cancel_form": form, "back": request.GET.get("back", "")}
    return show(request, desk, "appointment.html", context)


@require_POST
@desk_page
def cancel(request: HttpRequest, desk: Desk, pk: uuid.UUID) -> HttpResponse:
    """Cancel for the office, with a reason that the client reads."""
    found = desk.appointment(pk)
    form = WhyForm(request.POST, is_read=is_told(found, "cancelled"))
    if not form.is_valid():
        context = _facts(found) | {"cancel_form": form, "back": request.GET.get("back", "")}
        return show(request, desk, "appointment.html", context, status=422)
    try:
        actions.cancel_appointment(appointment=found, by=desk.actor, reason=form.cleaned_data["why"])
    except IllegalStepError:
        messages.warning(request, _("This can no longer be cancelled."))
    else:
        told = told_or_not(found, "cancelled")
        messages.success(request, _("The appointment is cancelled. %(told)s") % {"told": told})
    return _back(request, found)


def _move_form(request: HttpRequest, desk: Desk, found: Appointment) -> WishForm:
    data = request.POST if request.method == "POST" else request.GET
    otherwise = {
        "shopfront": found.shopfront.slug,
        "language": found.language,
        "mode": found.mode,
        "start_on": "",
    }
    return WishForm(wished(data, **otherwise), shopfronts=desk.choices, reason=found.reason)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def move(request: HttpRequest, desk: Desk, pk: uuid.UUID) -> HttpResponse:
    """Give another time; a press on a time moves the appointment and writes one message."""
    found = desk.appointment(pk)
    if not can_step(found.status, Status.MOVED):
        messages.warning(request, _("This can no longer be moved."))
        return see_other("appointment", found.pk)
    wish = _move_form(request, desk, found)
    sends = is_sent(request)
    why = WhyForm(
        request.POST if sends else None, initial=request.POST.dict(), is_read=is_told(found, "moved")
    )
    problem, status = "", 422 if sends else 200
    try:
        if sends and (moved := _move(request, desk, found, wish, why)):
            return _back(request, moved)
    except BookingError as error:
        problem, status = problem_of(error), 409
    except IllegalStepError:
        messages.warning(request, _("This can no longer be moved."))
        return see_other("appointment", found.pk)
    context = {"wish": wish, "why": why, "problem": problem, "times": free_times(wish)}
    return show(request, desk, "move.html", _facts(found) | context, status=status)


def _move(
    request: HttpRequest, desk: Desk, found: Appointment, wish: WishForm, why: WhyForm
) -> Appointment | None:
    """The appointment at its new time; None when a form is not as it must be. Raises BookingError, IllegalStepError."""
    if not (wish.is_valid() & why.is_valid()):
        return None
    starts_at = read_time(request.POST.get("time", ""))
    if starts_at is None:
        why.add_error(None, _("Choose one of the free times."))
        return None
    choice = wish.choice(starts_at)
    moved = actions.move_appointment(
        appointment=found,
        choice=choice,
        candidates=actions.candidates_of(choice, wish.wish()),
        by=desk.actor,
        reason=why.cleaned_data["why"],
    )
    when = day_and_time(moved.starts_at, moved.shopfront.zone)
    words = {"when": when, "told": told_or_not(moved, "moved")}
    messages.success(request, _("Moved to %(when)s. %(told)s") % words)
    return moved


@require_safe
@desk_page
def move_times(request: HttpRequest, desk: Desk, pk: uuid.UUID) -> HttpResponse:
    """The free times alone, when what is looked for changes."""
    found = desk.appointment(pk)
    wish = _move_form(request, desk, found)
    return show(request, desk, "_times.html", {"wish": wish, "times": free_times(wish), "appointment": found})
