"""What the owner of an appointment does by the links in messages. GET shows, POST acts; a bad link is one page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common.answers import SeeOther
from common.zones import zone_of
from counselling import actions, tokens
from counselling.actions.booking import clashes_of
from counselling.actors import Actor
from counselling.availability import Wish
from counselling.errors import BookingError, IllegalStepError
from counselling.journey import find_from, read_slot
from counselling.listing import Listing, listing
from counselling.messages import invitation_to
from counselling.models import Appointment, AppointmentStep, Mode, Proof, SafeContact, Status
from counselling.states import CANCELLED
from counselling.tokens import Purpose
from counselling.views.booking import view_address
from counselling.views.presenting import (
    about,
    again_url,
    appointment_words,
    earlier_url,
    is_open,
    links_of,
    outlook_of,
)
from counselling.views.sentences import problem_of
from counselling.visitors import done_of

SHOWN_FOR = dt.timedelta(days=30)  # after its end an appointment's link shows nothing more


def gone(request: HttpRequest) -> HttpResponse:
    """The same page for every link that is used, stale, foreign or altered."""
    return render(request, "counselling/link_gone.html", status=404)


def pointed_at(purpose: Purpose, token: str) -> Appointment | None:
    """The appointment of a good link: for a view the newest version, else the very one that the link was made for."""
    pointer = tokens.read(purpose, token)
    if pointer is None:
        return None
    rows = Appointment.objects.filter(
        booking_id=pointer.id, ends_at__gt=timezone.now() - SHOWN_FOR, kind=Appointment.Kind.BOOKED
    ).exclude(status__in=[Status.HELD, Status.MOVED])
    if purpose not in (Purpose.VIEW, Purpose.OWN):
        rows = rows.filter(sequence=pointer.number, status=Status.BOOKED, ends_at__gt=timezone.now())
    return rows.select_related("reason", "shopfront", "counsellor", "contact", "member").first()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appointment_view(request: HttpRequest, token: str) -> HttpResponse:
    """When, where, what to bring, and what one can do; by the link of a message also that it is one's own."""
    owned = pointed_at(Purpose.OWN, token)
    appointment = owned or pointed_at(Purpose.VIEW, token)
    if appointment is None:
        return gone(request)
    if request.method == "POST":
        return HttpResponseNotAllowed(["GET", "HEAD"]) if owned is None else _answer(request, owned)
    is_new = done_of(request) == str(appointment.pk)
    asks = owned is not None and owned.proof == Proof.NONE and is_open(owned)
    context = (
        appointment_words(appointment)
        | links_of(appointment)
        | (about(appointment.reason) if is_new else {})  # later, numbers and a way out would tell others
        | {
            "is_open": is_open(appointment),
            "is_cancelled": appointment.status in CANCELLED,
            "by_office": appointment.status == Status.CANCELLED_BY_OFFICE,
            "why": why_cancelled(appointment),
            "is_new": is_new,
            "again_url": again_url(appointment),
            "is_silent": appointment.safe_contact == SafeContact.NO,
            "outlook": outlook_of(appointment),
            "asks_whether_own": asks,
            "clashes": [appointment_words(one) for one in clashes_of(appointment)] if asks else [],
        }
    )
    return render(request, "counselling/appointment_view.html", context)


def why_cancelled(appointment: Appointment) -> str:
    """What a colleague wrote when cancelling it; empty for whom nobody did."""
    if appointment.status != Status.CANCELLED_BY_OFFICE:
        return ""
    steps = AppointmentStep.objects.filter(appointment=appointment, new=Status.CANCELLED_BY_OFFICE)
    return str(steps.order_by("at", "pk").values_list("reason", flat=True).last() or "")


def cancelled_already(purpose: Purpose, token: str) -> HttpResponse | None:
    """The way from a link that is opened again to the page that says that the appointment is cancelled."""
    pointer = tokens.read(purpose, token)
    if pointer is None:
        return None
    rows = Appointment.objects.filter(
        booking_id=pointer.id, ends_at__gt=timezone.now() - SHOWN_FOR, kind=Appointment.Kind.BOOKED
    )
    last = rows.exclude(status=Status.HELD).order_by("-sequence").first()
    if last is None or last.status not in CANCELLED:
        return None
    return SeeOther(view_address(last))


def _answer(request: HttpRequest, owned: Appointment) -> HttpResponse:
    """It is theirs, and which one stays where they have two."""
    try:
        if "keep_other" in request.POST:
            by = Actor.client(owned.member)
            actions.cancel_appointment(appointment=owned, by=by, sequence=owned.sequence)
        else:
            actions.prove_appointment(appointment=owned, keeps_it="keep_this" in request.POST)
    except (BookingError, IllegalStepError):  # the page that follows says how it stands
        pass
    return SeeOther(request.path)


@never_cache
@require_safe
def appointment_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The appointment as a file for a calendar."""
    appointment = pointed_at(Purpose.VIEW, token)
    if appointment is None:
        return gone(request)
    file = invitation_to(appointment)
    response = HttpResponse(file.content, content_type=f"{file.media_type}; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="nexus.ics"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appointment_cancel(request: HttpRequest, token: str) -> HttpResponse:
    """ "I can't come": frees the place."""

    def cancel(appointment: Appointment) -> Appointment:
        by = Actor.client(appointment.member)
        return actions.cancel_appointment(appointment=appointment, by=by, sequence=appointment.sequence)

    return _ask_and_act(request, token, Purpose.CANCEL, "counselling/appointment_cancel.html", cancel)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appointment_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """ "I am coming"."""

    def confirm(appointment: Appointment) -> Appointment:
        return actions.confirm_coming(appointment=appointment, sequence=appointment.sequence)

    return _ask_and_act(request, token, Purpose.CONFIRM, "counselling/appointment_confirm.html", confirm)


def _ask_and_act(
    request: HttpRequest,
    token: str,
    purpose: Purpose,
    template: str,
    act: Callable[[Appointment], Appointment],
) -> HttpResponse:
    """A page with one button: GET asks, POST acts and leads to the appointment."""
    appointment = pointed_at(purpose, token)
    if appointment is None:
        return cancelled_already(purpose, token) or gone(request)
    if request.method != "POST":
        return render(request, template, appointment_words(appointment) | links_of(appointment))
    try:
        return SeeOther(view_address(act(appointment)))
    except IllegalStepError:  # somebody was faster
        return gone(request)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appointment_change(request: HttpRequest, token: str) -> HttpResponse:
    """Another time: the old one is kept until the new one is ours."""
    appointment = pointed_at(Purpose.CHANGE, token)
    if appointment is None:
        return cancelled_already(Purpose.CHANGE, token) or gone(request)
    problem = ""
    if request.method == "POST":
        try:
            moved = _move(appointment, request.POST.get("slot", ""))
            messages.success(
                request, _("The appointment is moved. Your old time is free for someone else now.")
            )
            return SeeOther(view_address(moved))
        except IllegalStepError:
            return gone(request)
        except BookingError as error:
            problem = " ".join((problem_of(error), _("Your old time is kept until then.")))
    context = (
        appointment_words(appointment)
        | links_of(appointment)
        | {
            "listing": other_times(appointment),
            "problem": problem,
            "earlier_url": earlier_url(appointment, token),
        }
    )
    return render(request, "counselling/appointment_change.html", context, status=409 if problem else 200)


def other_times(appointment: Appointment) -> Listing:
    """What is free beside the time that its owner has."""
    found = find_from(wish_of(appointment), None, appointment.shopfront.zone)
    return listing(
        [slot for slot in found if slot.starts_at != appointment.starts_at],
        (appointment.shopfront,),
        own=zone_of(appointment.visitor_zone),
        remote=appointment.mode != Mode.IN_PERSON,
    )


def wish_of(appointment: Appointment) -> Wish:
    """Where its owner may move it: the same shop-front, way and language; the same counsellor where that matters."""
    return Wish(
        reason=appointment.reason,
        shopfronts=(appointment.shopfront,),
        language=appointment.language,
        mode=appointment.mode,
        counsellor=appointment.counsellor_id if appointment.reason.same_counsellor else None,
    )


def _move(appointment: Appointment, value: str) -> Appointment:
    slot = read_slot(value)
    if slot is None or slot[1] != appointment.shopfront.slug:
        raise BookingError
    choice = actions.Choice(
        appointment.reason, appointment.shopfront, slot[0], appointment.mode, appointment.language
    )
    return actions.move_appointment(
        appointment=appointment,
        choice=choice,
        candidates=actions.candidates_of(choice, wish_of(appointment)),
        by=Actor.client(appointment.member),
        sequence=appointment.sequence,
    )
