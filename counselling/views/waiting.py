"""The waiting list: ask for a place, answer an offer, leave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from common import work
from common.answers import SeeOther
from common.dates import weekday_name
from common.forms import is_stale
from counselling import actions, limits, tokens
from counselling.actions import Wanted
from counselling.errors import BookingError, IllegalStepError, PersonBusyError, ProofNeededError
from counselling.forms.booking import WaitingForm
from counselling.forms.safety import SAFETY_FIELDS
from counselling.journey import Path, bookable_reason, path_or_404
from counselling.models import Appointment, Offer, Proof, Status, WaitingEntry
from counselling.safety import ways_of
from counselling.tokens import Purpose
from counselling.views.booking import moved_to_number, view_address
from counselling.views.manage import gone, pointed_at
from counselling.views.presenting import appointment_words, leave_address
from counselling.views.sentences import STALE, WORK_FIRST
from counselling.views.times import summary
from counselling.visitors import (
    draft_of,
    forget_draft,
    keep_draft,
    keep_refusal,
    known,
    known_visitor,
    member_of,
    refusal_of,
    visitor_from,
    visitor_of,
)
from counselling.wording import day_and_time
from notifications.outlook import outlook
from shopfronts.models import OpeningHours

TYPED = ("until_on", "name", "contact", "wants_messages", *SAFETY_FIELDS)
MONTH_FROM_MONDAY = dt.date(2024, 1, 1)  # its days are weekdays by number


@csrf_exempt  # checked below, when what was typed can be shown again
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def waiting_join(request: HttpRequest, place: str, reason: str) -> HttpResponse:
    """Ask to be told of a free place, or of an earlier one than the one that one has."""
    stale = is_stale(request) if request.method == "POST" else None
    if stale is not None and not (known_visitor(request) or request.user.is_authenticated):
        return stale  # no browser that has been here: a page from elsewhere sent it
    path = path_or_404(request, place, reason)
    moved = moved_to_number(request, bookable_reason(reason), place, reason)
    if moved is not None:
        return moved
    if path is None:
        return redirect("counselling:book_how", place=place, reason=reason)
    own = pointed_at(Purpose.CHANGE, (request.POST or request.GET).get("instead_of", ""))
    if request.method == "POST":
        return _sent(request, path, own) if stale is None else _not_yet(request, path, own)
    problem, typed = _refused(request, path)
    form = _form(request, path, own, typed)
    if problem and form.is_valid():
        form.add_error(None, problem)
    return _page(request, path, own, form)


def _sent(request: HttpRequest, path: Path, own: Appointment | None) -> HttpResponse:
    form, visitor = _form(request, path, own, request.POST), visitor_from(request)
    limits.count_press("hold", visitor)
    if form.is_valid() and not _has_worked(request):
        form.add_error(None, str(WORK_FIRST))
    elif form.is_valid():
        try:
            entry = actions.join_waiting_list(
                wanted=_wanted(path, form, own),
                client=known(request, form.client()),
                origin=visitor.origin,
                network=visitor.network,
            )
        except ProofNeededError:
            form.add_error(None, _("Many wishes from your network wait already. Sign in first, or call us."))
        else:
            forget_draft(request)
            return SeeOther(leave_address(entry))
    return _once_more(request, path, own, form)


def _not_yet(request: HttpRequest, path: Path, own: Appointment | None) -> HttpResponse:
    """The form as it was typed, which may not act: whoever signs in or out elsewhere has another token."""
    form = _form(request, path, own, request.POST)
    form.add_error(None, str(STALE))
    return _once_more(request, path, own, form)


def _once_more(request: HttpRequest, path: Path, own: Appointment | None, form: WaitingForm) -> HttpResponse:
    return _again(request, path, form) if path.reason.is_sensitive else _page(request, path, own, form)


def _page(request: HttpRequest, path: Path, own: Appointment | None, form: WaitingForm) -> HttpResponse:
    context = summary(path) | {
        "form": form,
        "own": own,
        "instead_of": (request.POST or request.GET).get("instead_of", ""),
        "challenge": work.challenge() if _needs_work(request) else "",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "counselling/waiting_join.html", context, status=status)


def _needs_work(request: HttpRequest) -> bool:
    return limits.needs_work("hold", limits.PRESSES, visitor_from(request))


def _has_worked(request: HttpRequest) -> bool:
    """Whether this press may count: few came from the network, or the device has worked for it."""
    return not _needs_work(request) or work.is_worked(request.POST.get("proof", ""))


def _again(request: HttpRequest, path: Path, form: WaitingForm) -> HttpResponse:
    """The form with what is wrong, behind a redirection: about danger no page answers what was typed."""
    visitor_of(request)
    typed = {name: request.POST.get(name, "") for name in TYPED} | {
        "weekdays": request.POST.getlist("weekdays")
    }
    keep_draft(request, typed, reason=str(path.reason.number))
    keep_refusal(request, f"waiting:{path.reason.number}", " ".join(map(str, form.non_field_errors())))
    query = QueryDict(path.query, mutable=True)
    if "instead_of" in request.POST:
        query["instead_of"] = request.POST["instead_of"]
    return SeeOther(f"{request.path}?{query.urlencode()}")


def _refused(request: HttpRequest, path: Path) -> tuple[str, dict[str, Any] | None]:
    """Why a form was refused that led here, and what was typed; nothing when none was."""
    number = str(path.reason.number)
    problem = refusal_of(request, f"waiting:{number}")
    return ("", None) if problem is None else (problem, draft_of(request, reason=number) or None)


def _form(
    request: HttpRequest, path: Path, own: Appointment | None, data: Mapping[str, Any] | None
) -> WaitingForm:
    first = timezone.localdate(timezone=path.place.zone)
    last = first + dt.timedelta(days=path.reason.horizon_days)
    if own is not None:
        last = timezone.localdate(own.starts_at, own.shopfront.zone)
    member = member_of(request)
    initial: dict[str, Any] = {"weekdays": [1, 2, 3, 4, 5], "until_on": last}
    initial["name"] = own.name if own else (member.handle if member else "")
    return WaitingForm(
        data,
        initial=initial,
        member=member,
        site_language=get_language() or "ro",
        zone=path.zone,
        weekday_choices=[(day.value, str(day.label)) for day in OpeningHours.Weekday],
        latest=(first, last),
        own=own,
        mode=path.mode,
        is_sensitive=path.reason.is_sensitive,
    )


def _wanted(path: Path, form: WaitingForm, own: Appointment | None) -> Wanted:
    return Wanted(
        reason=path.reason,
        shopfront=path.place.shopfront,
        language=path.language,
        mode=path.mode,
        weekdays=tuple(form.cleaned_data["weekdays"]),
        until_on=form.cleaned_data["until_on"],
        instead_of=own,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def waiting_leave(request: HttpRequest, token: str) -> HttpResponse:
    """What one waits for, and the way off the list."""
    pointer = tokens.read(Purpose.LEAVE, token)
    rows = WaitingEntry.objects.select_related("reason", "shopfront", "member", "contact")
    entry = rows.filter(pk=pointer.id).first() if pointer else None
    if entry is not None and entry.status == WaitingEntry.Status.LEFT:  # the link was opened again
        return render(request, "counselling/waiting_left.html", {"entry": entry})
    if entry is None or entry.status != WaitingEntry.Status.WAITING:
        return gone(request)
    if request.method == "POST":
        actions.leave_waiting_list(entry=entry)
        return render(request, "counselling/waiting_left.html", {"entry": entry})
    context = {
        "entry": entry,
        "weekdays": [weekday_name(MONTH_FROM_MONDAY.replace(day=day)) for day in entry.weekdays],
        "outlook": outlook(
            kind="counselling.offer",
            recipient=entry.member or entry.contact,
            is_unproved=entry.proof == Proof.NONE,
            ways=ways_of(entry),
        ),
    }
    return render(request, "counselling/waiting_entry.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, token: str) -> HttpResponse:
    """A place that became free: take it, or pass it on."""
    pointer = tokens.read(Purpose.TAKE, token)
    rows = Offer.objects.select_related(
        "entry__instead_of", "hold__reason", "hold__shopfront", "hold__counsellor"
    )
    found = rows.filter(pk=pointer.id).first() if pointer else None
    if found is not None and found.status == Offer.Status.DECLINED:  # the link was opened again
        return render(request, "counselling/offer_declined.html", {"entry": found.entry})
    if found is None or found.hold is None:
        return gone(request)
    if found.status == Offer.Status.TAKEN:
        return SeeOther(view_address(found.hold))
    if request.method == "POST":
        return _answer(request, found, found.hold)
    return _shown(request, found, found.hold)


def _shown(request: HttpRequest, found: Offer, hold: Appointment, status: int = 200) -> HttpResponse:
    """The place, and what stands in its way: the link came by message, so that its reader owns both."""
    own = found.entry.instead_of
    context = appointment_words(hold, zone=found.entry.visitor_zone) | {
        "offer": found,
        "until": day_and_time(found.expires_at, hold.shopfront.zone),
        "own": own if own is not None and own.status == Status.BOOKED else None,
        "clashes": [appointment_words(one) for one in actions.clashes_with_offer(found)],
    }
    return render(request, "counselling/offer.html", context, status=status)


def _answer(request: HttpRequest, found: Offer, hold: Appointment) -> HttpResponse:
    if "decline" in request.POST:
        actions.decline_offer(offer=found)
        return render(request, "counselling/offer_declined.html", {"entry": found.entry})
    take = actions.take_instead if "instead" in request.POST else actions.take_offer
    try:
        return SeeOther(view_address(take(offer=found)))
    except PersonBusyError:
        return _shown(request, found, hold, status=409)
    except (BookingError, IllegalStepError):
        return gone(request)
