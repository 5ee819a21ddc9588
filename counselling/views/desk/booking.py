"""Booking for a caller on one screen, and giving tickets at the counter."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.phones import shown
from common.drawing import qr_code
from common.forms import posted
from counselling import actions, policies
from counselling.actors import Actor
from counselling.errors import BookingError, SlotTakenError
from counselling.forms.desk import CallerForm, OutsideForm, TicketForm, WishForm, read_time
from counselling.messages import link
from counselling.models import Appointment
from counselling.tokens import Purpose
from counselling.views.desk.place import Desk, desk_page, see_other, show
from counselling.views.desk.times import chosen_shopfront, free_times, is_sent, problem_of, wish_form
from counselling.wording import clock, day_and_time


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def book(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Book for a caller: what, who and when on one screen; a press on a time books it."""
    wish = wish_form(request, desk)
    sends = is_sent(request)
    caller = CallerForm(request.POST) if sends else CallerForm(initial=request.POST.dict())
    is_outside = sends and "outside" in request.POST
    outside = OutsideForm(request.POST if is_outside else None, shopfronts=desk.choices)
    problem, status = "", 200
    if sends:
        status = 422
        try:
            booked = _book(request, desk, wish, caller, outside)
        except BookingError as error:
            problem, status = _problem(error, is_outside=is_outside), 409
        else:
            if booked is not None:
                return see_other("booked", booked.pk)
    context = {"wish": wish, "caller": caller, "outside": outside, "problem": problem}
    return show(request, desk, "book.html", context | _times_context(desk, wish), status=status)


def _times_context(desk: Desk, wish: WishForm) -> dict[str, Any]:
    shopfront = chosen_shopfront(wish, desk)
    return {
        "times": free_times(wish),
        "may_override": policies.can_override(desk.user, shopfront.slug),
        "chosen": shopfront,
    }


def _problem(error: BookingError, *, is_outside: bool) -> str:
    if is_outside and isinstance(error, SlotTakenError):
        return _("Nobody is free then, and two bookings cannot overlap. Choose another time or counsellor.")
    return problem_of(error)


def _book(
    request: HttpRequest, desk: Desk, wish: WishForm, caller: CallerForm, outside: OutsideForm
) -> Appointment | None:
    """The booking; None when a form is not as it must be. Raises BookingError."""
    if not (wish.is_valid() & caller.is_valid()):
        outside.is_valid()  # so that all that is wrong is told at once
        return None
    assert wish.wanted is not None  # noqa: S101  # it is valid
    if not (caller.ask_safety(wish.wanted) & caller.check_way(wish.cleaned_data["mode"])):
        return None
    client = caller.client(wish.cleaned_data["language"])
    if outside.is_bound:
        return _book_outside(desk, wish, outside, client)
    starts_at = read_time(request.POST.get("time", ""))
    if starts_at is None:
        caller.add_error(None, _("Choose one of the free times."))
        return None
    choice = wish.choice(starts_at)
    candidates = actions.candidates_of(choice, wish.wish())
    return actions.book_for_client(choice=choice, candidates=candidates, client=client, by=desk.user)


def _book_outside(
    desk: Desk, wish: WishForm, outside: OutsideForm, client: actions.Client
) -> Appointment | None:
    shopfront = wish.cleaned_data["shopfront"]
    if not policies.can_override(desk.user, shopfront.slug):
        raise PermissionDenied
    starts_at = outside.starts_at(shopfront) if outside.is_valid() else None
    if starts_at is None:
        return None
    choice = wish.choice(starts_at)
    candidates = actions.everyone_at(choice=choice)
    if (counsellor := outside.cleaned_data["counsellor"]) is not None:
        candidates = tuple(key for key in candidates if key == counsellor.pk)
    why = outside.cleaned_data["why"]
    return actions.book_for_client(
        choice=choice, candidates=candidates, client=client, by=desk.user, override_reason=why
    )


@require_safe
@desk_page
def times(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The free times alone, when what is looked for changes."""
    wish = wish_form(request, desk)
    return show(request, desk, "_times.html", {"wish": wish} | _times_context(desk, wish))


@require_safe
@desk_page
def booked(request: HttpRequest, desk: Desk, pk: uuid.UUID) -> HttpResponse:
    """What to read out: reference, day and time, and the number that will be called: a slip is heard now or never."""
    appointment = desk.appointment(pk)
    zone, contact = appointment.shopfront.zone, appointment.contact
    context = {
        "appointment": appointment,
        "when": day_and_time(appointment.starts_at, zone),
        "number": shown(contact.phone) if contact and contact.phone else "",
    }
    return show(request, desk, "booked.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def ticket(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Give a ticket at the counter."""
    form = TicketForm(posted(request), shopfront=desk.shopfront)
    if request.method == "POST" and form.is_valid():
        given = actions.take_ticket(
            shopfront=desk.shopfront,
            reason=form.cleaned_data["reason"],
            language=form.cleaned_data["language"],
            name=form.cleaned_data["name"],
            ticket_id=form.cleaned_data["ticket_id"],
            source=Appointment.Source.OFFICE,
            by=Actor.staff(desk.user),
        )
        return see_other("ticket_given", given.pk)
    return show(request, desk, "ticket.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
@desk_page
def ticket_given(request: HttpRequest, desk: Desk, pk: uuid.UUID) -> HttpResponse:
    """The number, large, to be read out or printed."""
    given = desk.appointment(pk)
    if not given.ticket:
        raise Http404
    place = link(Purpose.QUEUE, given.pk)
    context = {
        "ticket": given,
        "qr_svg": qr_code(place),
        "place": place,
        "taken_at": clock(given.queued_at or given.created_at, given.shopfront.zone),
        "another": reverse("desk:ticket"),
    }
    return show(request, desk, "ticket_given.html", context)
