"""Who comes: the last step of a booking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from common import work
from common.answers import SeeOther, see_other
from common.forms import is_stale
from counselling import actions, limits
from counselling.actors import Actor
from counselling.errors import BookingError, ProofNeededError, SlotTakenError, TooManyOpenError
from counselling.forms.booking import ClientForm
from counselling.forms.safety import SAFETY_FIELDS
from counselling.journey import ANY
from counselling.models import Appointment, Mode, Status
from counselling.views.booking import back_to_times, hold_what_was_chosen, other_times, view_address
from counselling.views.presenting import about, appointment_words
from counselling.views.sentences import STALE, WORK_FIRST, how_relatives_book, problem_of
from counselling.visitors import (
    choice_of,
    done_of,
    draft_of,
    held_by,
    hold_of_form,
    keep_choice,
    keep_draft,
    keep_refusal,
    known,
    known_visitor,
    member_of,
    note_done,
    refusal_of,
    visitor_from,
)

TYPED = ("name", "contact", "note", "wants_messages", *SAFETY_FIELDS)


@csrf_exempt  # checked below, when what was typed is kept: signing in elsewhere makes every open form stale
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book_contact(request: HttpRequest) -> HttpResponse:
    """Who comes and how to reach them; sent, it is booked."""
    is_sent = request.method == "POST"
    stale = is_stale(request) if is_sent else None
    done = _booked_before(request)
    if done is not None and stale is None:
        return SeeOther(view_address(done))
    if is_sent:
        return _sent(request, stale)
    hold = held_by(known_visitor(request))
    return _nothing_held(request) if hold is None else _shown(request, hold)


def _booked_before(request: HttpRequest) -> Appointment | None:
    """The appointment that a form sent twice has booked already; a page asked for right after it, too."""
    visitor = known_visitor(request)
    wanted = request.POST.get("hold", "") if request.method == "POST" else done_of(request)
    if not (visitor and wanted):
        return None
    if request.method != "POST" and held_by(visitor) is not None:
        return None  # another time was chosen since
    rows = Appointment.objects.filter(visitor_key=visitor).exclude(status=Status.HELD)
    return next((row for row in rows if str(row.pk) == wanted), None)


def _sent(request: HttpRequest, stale: HttpResponse | None) -> HttpResponse:
    """Book the time that the form shows; one that was let go since is held again first, when it is free."""
    named, hold = request.POST.get("hold", ""), hold_of_form(request)
    choice = choice_of(request, named) if named else {}
    reason = str(hold.reason.number) if hold else choice.get("reason", "")
    if not reason:  # it may have been about danger, so that no page may answer: see `_again`
        return stale or see_other("counselling:book_contact")
    typed = {name: request.POST.get(name, "") for name in TYPED}
    keep_draft(request, typed, reason=reason, hold=hold)
    try:
        if hold is None:
            hold = hold_what_was_chosen(request, choice)
    except ProofNeededError:
        return see_other("counselling:book_proof")
    except BookingError as error:
        return other_times(request, choice, problem_of(error))
    form = _form(request, hold, request.POST)
    if stale is not None:
        return _again(request, form, hold, problem=str(STALE))
    return _book(request, form, hold)


def _shown(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """The form with what was typed before; one that was refused and led here says why."""
    problem = refusal_of(request, str(hold.pk))
    if problem is None:
        return _page(request, _form(request, hold), hold)
    typed = draft_of(request, reason=str(hold.reason.number))
    return _page(request, _form(request, hold, typed), hold, problem=problem)


def _form(request: HttpRequest, hold: Appointment, data: Mapping[str, Any] | None = None) -> ClientForm:
    member, draft = member_of(request), draft_of(request, reason=str(hold.reason.number))
    first = {"name": member.handle} if member else {}
    zone = _zone(request, hold)
    return ClientForm(
        data,
        initial=first | draft,
        member=member,
        site_language=get_language() or "ro",
        zone=zone or (member.time_zone if member else ""),
        mode=hold.mode,
        is_sensitive=hold.reason.is_sensitive,
    )


def _at_a_counter(hold: Appointment) -> str:
    """Where somebody who may not be reached chooses a counter instead; empty where nobody asks or they come anyway."""
    if not hold.reason.is_sensitive or hold.mode == Mode.IN_PERSON:
        return ""
    return reverse("counselling:book_how", args=[ANY, hold.reason.number])


def _zone(request: HttpRequest, hold: Appointment) -> str:
    """The visitor's own zone (IANA), as it was chosen with the time."""
    return str(QueryDict(choice_of(request, str(hold.pk)).get("query", "")).get("zone", ""))


def _book(request: HttpRequest, form: ClientForm, hold: Appointment) -> HttpResponse:
    if not form.is_valid():
        return _again(request, form, hold)
    client = known(request, form.client())
    if _needs_work(request) and not work.is_worked(request.POST.get("proof", "")):
        return _again(request, form, hold, problem=str(WORK_FIRST), with_proof=True)
    try:
        booked = actions.book_hold(
            hold=hold.pk, visitor_key=known_visitor(request), client=client, by=Actor.client(client.member)
        )
    except ProofNeededError:
        keep_choice(request, choice_of(request, str(hold.pk)), hold=hold)
        return see_other("counselling:book_proof")
    except SlotTakenError as error:
        return other_times(request, choice_of(request, str(hold.pk)), problem_of(error))
    except BookingError as error:
        problem = problem_of(error)
        if isinstance(error, TooManyOpenError):
            problem = f"{problem} {how_relatives_book(hold.shopfront, is_member=client.member is not None)}"
        return _again(request, form, hold, status=409, problem=problem)
    note_done(request, booked)
    return SeeOther(view_address(booked))


def _needs_work(request: HttpRequest) -> bool:
    return limits.needs_work("hold", limits.PRESSES, visitor_from(request))


def _again(  # noqa: PLR0913  # facts by name
    request: HttpRequest,
    form: ClientForm,
    hold: Appointment,
    *,
    status: int = 422,
    problem: str = "",
    with_proof: bool = False,
) -> HttpResponse:
    """The form with what is wrong. About danger a redirection leads there: a browser writes a form that was answered by
    a page into the file from which it opens its tabs again."""
    if not hold.reason.is_sensitive:
        return _page(request, form, hold, status=status, problem=problem, with_proof=with_proof)
    keep_refusal(
        request, str(hold.pk), problem or " ".join(map(str, form.errors.get("nx_blank", []))), hold=hold
    )
    return see_other("counselling:book_contact")


def _nothing_held(request: HttpRequest) -> HttpResponse:
    back = back_to_times(choice_of(request))
    return render(request, "counselling/book_nothing_held.html", {"back_url": back})


def _page(  # noqa: PLR0913  # facts by name
    request: HttpRequest,
    form: ClientForm,
    hold: Appointment,
    *,
    status: int = 200,
    problem: str = "",
    with_proof: bool = False,
) -> HttpResponse:
    with_proof = with_proof or _needs_work(request)
    context: dict[str, Any] = (
        appointment_words(hold, zone=_zone(request, hold))
        | about(hold.reason)
        | {
            "form": form,
            "hold": hold,
            "counter_url": _at_a_counter(hold),
            "problem": problem,
            "challenge": work.challenge() if with_proof else "",
        }
    )
    return render(request, "counselling/book_contact.html", context, status=status)
