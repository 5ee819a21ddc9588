"""Who comes: the last step of a booking."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.answers import SeeOther
from common.forms import posted
from counselling import actions, limits
from counselling.actors import Actor
from counselling.errors import BookingError, LimitError, SlotTakenError
from counselling.forms.booking import ClientForm
from counselling.journey import Path, bookable_reason, place_of
from counselling.models import Appointment, Mode, Status
from counselling.views.booking import back_to_times, hold_again, view_address
from counselling.views.presenting import appointment_words
from counselling.views.sentences import problem_of
from counselling.views.times import times_context
from counselling.visitors import (
    CHOICE,
    DONE,
    draft_of,
    forget_draft,
    held_by,
    keep_draft,
    known_visitor,
    member_of,
    new_visitor,
    origin_of,
)

REMEMBERED = ("name", "contact", "note", "wants_messages")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book_contact(request: HttpRequest) -> HttpResponse:
    """Who comes and how to reach them; sent, it is booked."""
    visitor = known_visitor(request)
    done = _booked_before(request, visitor)
    if done is not None:
        return SeeOther(view_address(done))
    hold = held_by(visitor)
    if hold is None and request.method != "POST":
        return render(request, "counselling/book_nothing_held.html", {"back_url": back_to_times(request)})
    form = _form(request, hold)
    if request.method == "POST":
        keep_draft(request, {name: request.POST.get(name, "") for name in REMEMBERED})
        return _book(request, form, hold, visitor)
    return _page(request, form, hold)


def _form(request: HttpRequest, hold: Appointment | None) -> ClientForm:
    member, draft = member_of(request), draft_of(request)
    first = {"name": member.handle} if member else {}
    zone = _chosen(request).get("zone", "")
    return ClientForm(
        posted(request),
        initial=first | draft,
        member=member,
        site_language=get_language() or "ro",
        zone=zone or (member.time_zone if member else ""),
        mode=hold.mode if hold else Mode.IN_PERSON,
    )


def _chosen(request: HttpRequest) -> dict[str, str]:
    """What was chosen before the time: the end of the address of the times."""
    return QueryDict(request.session.get(CHOICE, {}).get("query", "")).dict()


def _booked_before(request: HttpRequest, visitor: str) -> Appointment | None:
    """The appointment that a form sent twice has booked already; a page asked for after it, too."""
    wanted = request.POST.get("hold", "") if request.method == "POST" else request.session.get(DONE, "")
    if not (visitor and wanted):
        return None
    if request.method != "POST" and held_by(visitor) is not None:
        return None  # another time was chosen since
    rows = Appointment.objects.filter(visitor_key=visitor).exclude(status=Status.HELD)
    return next((row for row in rows if str(row.pk) == wanted), None)


def _book(request: HttpRequest, form: ClientForm, hold: Appointment | None, visitor: str) -> HttpResponse:
    if not form.is_valid() or form.is_machine:
        return _page(request, form, hold, status=422)
    client, origin = form.client(), origin_of(request)
    if limits.needs_proof(origin_key=origin, person_key=client.key) and not limits.is_proof(
        request.POST.get("proof", "")
    ):
        problem = _(
            "One moment: your device must do a small calculation first. Please press the button once more."
        )
        return _page(request, form, hold, status=422, problem=problem, with_proof=True)
    try:
        if limits.is_over(origin_key=origin, person_key=client.key):
            raise LimitError
        held = hold or _hold_anew(request, visitor, origin)
        booked = actions.book_hold(
            hold=held.pk, visitor_key=visitor, client=client, by=Actor.client(client.member)
        )
    except SlotTakenError as error:
        return _other_times(request, problem_of(error))
    except BookingError as error:
        return _page(request, form, hold, status=409, problem=problem_of(error))
    forget_draft(request)
    request.session[DONE] = str(booked.pk)
    return SeeOther(view_address(booked))


def _path(request: HttpRequest) -> Path | None:
    choice = request.session.get(CHOICE, {})
    if not choice:
        return None
    return Path.read(place_of(choice["place"]), bookable_reason(choice["reason"]), QueryDict(choice["query"]))


def _hold_anew(request: HttpRequest, visitor: str, origin: str) -> Appointment:
    """The time whose ten minutes were over, when it is still free. Raises BookingError."""
    path = _path(request)
    if path is None or not visitor:
        raise BookingError
    return hold_again(request, path, request.session[CHOICE]["slot"], visitor=visitor, origin=origin)


def _other_times(request: HttpRequest, problem: str) -> HttpResponse:
    """The time is gone: what is free now; what was typed is kept."""
    path = _path(request)
    if path is None:
        return redirect("counselling:book_start")
    kept = _("What you typed has been kept.")
    context = times_context(path, member=member_of(request), problem=f"{problem} {kept}")
    return render(request, "counselling/book_times.html", context | {"visitor": new_visitor()}, status=409)


def _page(  # noqa: PLR0913  # facts by name
    request: HttpRequest,
    form: ClientForm,
    hold: Appointment | None,
    *,
    status: int = 200,
    problem: str = "",
    with_proof: bool = False,
) -> HttpResponse:
    if hold is None:
        return render(
            request, "counselling/book_nothing_held.html", {"back_url": back_to_times(request)}, status=409
        )
    with_proof = with_proof or limits.needs_proof(origin_key=origin_of(request))
    context: dict[str, Any] = appointment_words(hold, zone=_chosen(request).get("zone", "")) | {
        "form": form,
        "hold": hold,
        "problem": problem,
        "challenge": limits.challenge() if with_proof else "",
    }
    return render(request, "counselling/book_contact.html", context, status=status)
