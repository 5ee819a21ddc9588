"""The board of the day: call the next person, and take the steps of each card."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import asked_by_an_open_page
from counselling import actions
from counselling.errors import BookingError, IllegalStepError
from counselling.forms.desk import DeskNumberForm
from counselling.models import Appointment
from counselling.views.desk.cards import Step, day_of, lanes_of, left_open, legal_steps, seen_of
from counselling.views.desk.place import NUMBER, Desk, desk_page, see_other, show


def _board(desk: Desk) -> dict[str, object]:
    now = timezone.now()
    rows = day_of(desk.shopfront, now)
    *lanes, done = lanes_of(rows, desk.counsellor, now)
    return {
        "lanes": lanes,
        "done": done,
        "seen": seen_of(rows, desk.counsellor, now),
        "now": now.astimezone(desk.zone),
    }


@require_safe
@desk_page
def board(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Everybody of the day in lanes."""
    context = _board(desk) | {
        "number_form": DeskNumberForm(initial={"number": desk.number}),
        "left_open": left_open(desk.shopfront, timezone.now()),
    }
    return show(request, desk, "board.html", context)


@asked_by_an_open_page
@require_safe
@desk_page
def lanes(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The lanes alone, for an open page; 204 when they look as they did."""
    context = _board(desk)
    if request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=204)
    return show(request, desk, "_lanes.html", context | {"is_fragment": True})


@require_POST
@desk_page
def call_next(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Call one person to the desk."""
    form = DeskNumberForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Write the number of your desk first: it is shown on the screen."))
    elif desk.counsellor is None:
        messages.warning(request, _("You do not see clients yet."))
    else:
        request.session[NUMBER] = number = form.cleaned_data["number"]
        try:
            called = actions.call_next(
                shopfront=desk.shopfront, counsellor=desk.counsellor, desk=number, by=desk.actor
            )
        except IllegalStepError:
            messages.warning(
                request,
                _(
                    "First end your current session. Or start with the person you called, or put them back in the queue."
                ),
            )
        else:
            _tell_of_call(request, called)
    return see_other("board", at=desk.shopfront.slug)


def _tell_of_call(request: HttpRequest, called: Appointment | None) -> None:
    if called is None:
        messages.info(request, _("Nobody is waiting whom you can see now."))
    else:
        words = {"ticket": called.ticket, "desk": called.desk}
        messages.success(request, _("%(ticket)s is called to desk %(desk)s.") % words)


def take(step: Step, row: Appointment, desk: Desk) -> None:
    """Take a step. Raises IllegalStepError, BookingError."""
    if step not in legal_steps(row, desk.counsellor, timezone.now()):
        raise IllegalStepError(step)
    if step == Step.BEGIN:
        assert desk.counsellor is not None  # noqa: S101  # it is legal for a counsellor alone
        actions.begin_session(appointment=row, counsellor=desk.counsellor, by=desk.actor)
        return
    if step in (Step.CAME, Step.MISSED):
        actions.note_outcome(appointment=row, came=step == Step.CAME, by=desk.actor)
        return
    verbs: dict[Step, Callable[..., object]] = {
        Step.ARRIVED: actions.note_arrival,
        Step.EXPECTED: actions.undo_arrival,
        Step.RECALL: actions.recall,
        Step.BACK: actions.back_into_queue,
        Step.ABSENT: actions.note_absence,
        Step.END: actions.complete_session,
    }
    verbs[step](appointment=row, by=desk.actor)


@require_POST
@desk_page
def step(request: HttpRequest, desk: Desk, pk: uuid.UUID, name: str) -> HttpResponse:
    """What was pressed on a card; pressed too late it says that someone was faster."""
    row = desk.appointment(pk)
    try:
        take(Step(name), row, desk)
    except BookingError:
        messages.warning(request, _("End your last talk first."))
    except (IllegalStepError, ValueError):
        messages.warning(request, _("Someone else has already changed this. This page shows how it is now."))
    return see_other("board", at=row.shopfront.slug)
