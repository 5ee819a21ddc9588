"""The journey to an appointment: where, why, how, when, who."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.answers import SeeOther, see_other
from common.page_cache import public_page, public_page_of
from common.sensitive import keep_nowhere
from counselling import actions, limits, tokens
from counselling.actions import Visitor
from counselling.errors import BookingError, ProofNeededError
from counselling.journey import (
    ANY,
    ONLINE,
    Path,
    Place,
    bookable_reason,
    languages_at,
    nearest,
    path_or_404,
    place_of,
    read_slot,
)
from counselling.models import Appointment, Mode, Reason
from counselling.tokens import Purpose
from counselling.views.presenting import about
from counselling.views.sentences import problem_of
from counselling.views.times import times_context
from counselling.visitors import (
    choice_of,
    forget_draft,
    hold_of_form,
    keep_choice,
    keep_refusal,
    known_visitor,
    member_of,
    new_visitor,
    refusal_of,
    take_draft_along,
    visitor_from,
    visitor_of,
)
from services.models import Locality


@require_safe
@public_page_of("district")
def book_start(request: HttpRequest) -> HttpResponse:
    """Where: a shop-front, the nearest one, any, or by telephone and video."""
    everywhere = place_of(ONLINE)
    district = request.GET.get("district", "")
    locality = Locality.objects.filter(key=district).first() if district else None
    near = nearest(locality) if locality else None
    context = {
        "shopfronts": everywhere.shopfronts,
        "localities": Locality.objects.order_by("name"),
        "locality": locality,
        "near": near,
        "any": ANY,
        "online": ONLINE,
        "has_video": bool(everywhere.by_video),
    }
    return render(request, "counselling/book_start.html", context)


@require_safe
@public_page
def book_reason(request: HttpRequest, place: str) -> HttpResponse:
    """Why: the reasons that can be talked about there."""
    where = place_of(place)
    reasons = [reason for reason in Reason.objects.bookable() if where.modes(reason)]
    return render(request, "counselling/book_reason.html", {"place": where, "reasons": reasons})


@require_safe
@public_page
def book_how(request: HttpRequest, place: str, reason: str) -> HttpResponse:
    """In which language and in which way; skipped when there is but one of each."""
    where, why = place_of(place), bookable_reason(reason)
    return moved_to_number(request, why, place, reason) or discreet(why, _how(request, where, why))


def _how(request: HttpRequest, where: Place, why: Reason) -> HttpResponse:
    languages = languages_at(where, why)
    modes = where.modes(why)
    if len(languages) == 1 and len(modes) == 1:
        return redirect("counselling:book_times", where.slug, why.number)
    context = {
        "place": where,
        "reason": why,
        **about(why),
        "languages": languages,
        "modes": [(mode.value, Mode(mode).label) for mode in modes],
    }
    return render(request, "counselling/book_how.html", context)


def moved_to_number(request: HttpRequest, why: Reason, place: str, named: str) -> HttpResponse | None:
    """The way from an address that names a reason by its key to the one that names it by its number."""
    match = request.resolver_match
    if match is None or request.method == "POST" or named == str(why.number):
        return None
    query = request.META.get("QUERY_STRING", "")
    address = reverse(match.view_name, args=[place, why.number])
    return discreet(why, redirect(f"{address}?{query}" if query else address))


def discreet(why: Reason, answer: HttpResponse) -> HttpResponse:
    """An answer about a sensitive reason is kept nowhere: not by us for others, and not by the browser."""
    if why.is_sensitive:
        answer.is_public_page = False  # type: ignore[attr-defined]  # read by the middleware of kept pages
        keep_nowhere(answer)
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book_times(request: HttpRequest, place: str, reason: str) -> HttpResponse:
    """When: a list of free times; pressing one keeps it for ten minutes."""
    path = path_or_404(request, place, reason)
    moved = moved_to_number(request, bookable_reason(reason), place, reason)
    if moved is not None:
        return moved
    if path is None:
        return redirect("counselling:book_how", place=place, reason=reason)
    problem = ""
    if request.method == "POST":
        try:
            return _hold(request, path)
        except BookingError as error:
            problem = problem_of(error)
    told = problem or refusal_of(request, str(path.reason.number)) or ""
    context = times_context(
        path, member=member_of(request), visitor_key=known_visitor(request), problem=told
    ) | {"visitor": new_visitor()}
    return render(request, "counselling/book_times.html", context, status=409 if problem else 200)


def _hold(request: HttpRequest, path: Path) -> HttpResponse:
    visitor = visitor_from(request, visitor_of(request, offered=request.POST.get("visitor", "")))
    limits.count_press("hold", visitor)
    try:
        hold_again(request, path, request.POST.get("slot", ""), visitor=visitor)
    except ProofNeededError:
        return see_other("counselling:book_proof")
    return see_other("counselling:book_contact")


def hold_again(request: HttpRequest, path: Path, value: str, *, visitor: Visitor) -> Appointment:
    """Hold the time of a button's value, and remember how it was found. Raises BookingError."""
    slot = read_slot(value)
    choice = path.choice(*slot) if slot else None
    if choice is None:
        raise BookingError
    found = {"place": path.place.slug, "reason": str(path.reason.number), "query": path.query, "slot": value}
    try:
        hold = actions.hold_slot(choice=choice, wish=path.wish(member=visitor.member), visitor=visitor)
    except ProofNeededError:
        keep_choice(request, found, hold=None)
        raise
    keep_choice(request, found, hold=hold)
    take_draft_along(request, hold)
    return hold


def chosen_path(choice: dict[str, str]) -> Path | None:
    """What was chosen before a time, as it is remembered."""
    if not choice:
        return None
    return Path.read(place_of(choice["place"]), bookable_reason(choice["reason"]), QueryDict(choice["query"]))


def hold_what_was_chosen(request: HttpRequest, choice: dict[str, str]) -> Appointment:
    """The time of a form whose hold is gone, when it is still free. Raises BookingError."""
    path, visitor = chosen_path(choice), known_visitor(request)
    if path is None or not visitor:
        raise BookingError
    return hold_again(request, path, choice["slot"], visitor=visitor_from(request, visitor))


def other_times(request: HttpRequest, choice: dict[str, str], problem: str) -> HttpResponse:
    """The time is gone: what is free now; what was typed is kept for another one."""
    path = chosen_path(choice)
    if path is None:
        return redirect("counselling:book_start")
    kept = _("What you typed has been kept.")
    if path.reason.is_sensitive:  # never a page in answer to what was typed: see `contact._again`
        keep_refusal(request, str(path.reason.number), f"{problem} {kept}")
        return SeeOther(back_to_times(choice))
    context = times_context(path, member=member_of(request), problem=f"{problem} {kept}")
    return render(request, "counselling/book_times.html", context | {"visitor": new_visitor()}, status=409)


@never_cache
@require_POST
def book_release(request: HttpRequest) -> HttpResponse:
    """Give the time back that the form names, forget what was typed, and choose another one."""
    back = back_to_times(choice_of(request, request.POST.get("hold", "")))
    if hold_of_form(request) is not None:
        actions.let_go(visitor_key=known_visitor(request))
        forget_draft(request)
    return SeeOther(back)


def back_to_times(choice: dict[str, str]) -> str:
    """The address of the times from which one was chosen."""
    if not choice:
        return reverse("counselling:book_start")
    address = reverse("counselling:book_times", args=[choice["place"], choice["reason"]])
    return f"{address}?{choice['query']}"


def view_address(appointment: Appointment) -> str:
    """The page of an appointment, by its link."""
    token = tokens.make(Purpose.VIEW, appointment.booking_id)
    return reverse("counselling:appointment_view", args=[token])
