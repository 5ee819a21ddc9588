"""The tablet at the door: a ticket, or "I am here", in a few taps; no account, no name, nothing left behind."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from babel import localedata
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.views.decorators.http import require_http_methods

from common.answers import see_other
from common.counting import MINUTE, count
from common.drawing import qr_code
from common.forms import posted
from counselling import actions, limits, tokens
from counselling import waiting_room as room
from counselling.actors import Actor
from counselling.errors import IllegalStepError
from counselling.forms.room import DONE, KeysForm, TicketForm, TimeForm
from counselling.models import REFERENCE_LETTERS, Appointment, Device, Status
from counselling.tokens import Purpose
from counselling.views.room import SCREEN_WORDS, in_each_language
from services.labels import language_name
from shopfronts.presenting import ShopFrontView, present

P = ParamSpec("P")
KioskView = Callable[Concatenate[HttpRequest, Device, str, P], HttpResponse]
TabletView = Callable[Concatenate[HttpRequest, str, P], HttpResponse]
SHOWN_SECONDS = 90  # a number's page answers so long and no longer, whatever the browser's history has
EARLY_SECONDS = 900  # before opening; people with the first appointments are at the door by then


def of_kiosk(*methods: str, when_closed: bool = False) -> Callable[[KioskView[P]], TabletView[P]]:
    """Let a tablet in by the token of its address, 404 for any other; outside the hours only the first page answers."""

    def decorate(view: KioskView[P]) -> TabletView[P]:
        @wraps(view)
        def inner(request: HttpRequest, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            device = actions.device_of(token, Device.Kind.KIOSK)
            if device is None:
                raise Http404
            if not (when_closed or is_open(hours_of(device))):
                return see_other(home_of(token))
            return view(request, device, token, *args, **kwargs)

        return cast("TabletView[P]", require_http_methods([*methods])(inner))  # wraps names its arguments

    return decorate


def hours_of(device: Device) -> ShopFrontView:
    """The shop-front of a tablet, with the words about its hours."""
    return present([device.shopfront])[0]


def is_open(hours: ShopFrontView) -> bool:
    """Whether the tablet works: in the opening hours, and a little before them."""
    opening = hours.state.next_opening
    soon = opening is not None and (opening - timezone.now()).total_seconds() <= EARLY_SECONDS
    return hours.state.is_open or soon


def page(request: HttpRequest, device: Device, token: str, name: str, **facts: Any) -> HttpResponse:
    """A page of the tablet."""
    facts |= {"device": device, "token": token, "home": home_of(token)}
    facts["words_offline"] = in_each_language(SCREEN_WORDS["offline"])
    return render(request, f"counselling/room/{name}.html", facts)


def home_of(token: str) -> str:
    """The first page; always in the same language, so that it does not tell who was there."""
    with override(settings.LANGUAGE_CODE):
        return reverse("room:kiosk", args=[token])


@of_kiosk("GET", "HEAD", when_closed=True)
def kiosk(request: HttpRequest, device: Device, token: str) -> HttpResponse:
    """Welcome, in three languages at once."""
    languages, closed = [], False
    for code, name in settings.LANGUAGES:
        with override(code):
            hours = hours_of(device)
            closed = not is_open(hours)
            start = reverse("room:kiosk_start", args=[token])
            languages.append({"code": code, "name": name, "start": start, "hours": hours})
    return page(request, device, token, "kiosk", languages=languages, is_closed=closed)


@of_kiosk("GET", "HEAD")
def kiosk_start(request: HttpRequest, device: Device, token: str) -> HttpResponse:
    """With appointment, or without?"""
    return page(request, device, token, "kiosk_start")


@of_kiosk("GET", "HEAD", "POST")
def kiosk_ticket(request: HttpRequest, device: Device, token: str) -> HttpResponse:
    """Take a ticket for a reason; where nobody takes it in the page's language, ask in which one."""
    duties = room.on_duty(device.shopfront, timezone.now())
    reasons = room.reasons_taken(duties)
    form = TicketForm(posted(request), reasons=reasons)
    if not form.is_valid():
        return page(request, device, token, "kiosk_reasons", reasons=reasons, ticket_id=uuid.uuid4())
    spoken = room.languages_spoken(duties, form.chosen)
    wanted = form.cleaned_data["language"] or get_language() or settings.LANGUAGE_CODE
    if spoken and wanted not in spoken:
        here = get_language() or settings.LANGUAGE_CODE
        choices = [(code, own_name(code), language_name(code, here)) for code in spoken]
        return page(request, device, token, "kiosk_language", form=form, choices=choices)
    if are_many_tickets(device) and room.find_ticket(form.key) is None:  # a second tap means the first
        return page(request, device, token, "kiosk_many")
    ticket = actions.take_ticket(
        shopfront=device.shopfront,
        reason=form.chosen,
        language=wanted,
        by=Actor.client(),
        ticket_id=form.key,
    )
    return to_number(token, ticket)


def are_many_tickets(device: Device) -> bool:
    """Count one more; whether that is more than a tablet gives in a minute. Who has its address needs no glass to tap."""
    return count(f"tickets:{device.pk}", seconds=MINUTE) > limits.TICKETS


def own_name(code: str) -> str:
    """What a language calls itself; empty where CLDR does not know that language well enough (Gagauz)."""
    return language_name(code, code) if localedata.exists(code) else ""


@of_kiosk("GET", "HEAD", "POST")
def kiosk_time(request: HttpRequest, device: Device, token: str) -> HttpResponse:
    """Choose the time of one's appointment; whoever shares it with others is asked for a few signs more."""
    now = timezone.now()
    form = TimeForm(posted(request))
    if form.is_valid():
        rows = room.expected_at(device.shopfront, form.time, now)
        awaited = [row for row in rows if row.status == Status.BOOKED]
        expected = awaited or rows  # a second tap means the first
        if len(expected) == 1:
            return arrive(request, device, token, expected[0])
        if expected:
            return see_other(f"{reverse('room:kiosk_reference', args=[token])}?at={form.time:%H:%M}")
    times = room.times_expected(device.shopfront, now)
    return page(request, device, token, "kiosk_times", times=times, is_gone=form.is_bound)


@of_kiosk("GET", "HEAD", "POST")
def kiosk_reference(request: HttpRequest, device: Device, token: str) -> HttpResponse:
    """Type the reference, or its first signs, key by key."""
    form = KeysForm(posted(request) or request.GET)
    form.is_valid()  # what is no key and no time is as if it had not been sent
    is_wrong = False
    if request.method == "POST" and form.is_done and form.is_whole:
        found = appointment_of(device, form)
        if found is not None:
            return arrive(request, device, token, found)
        is_wrong = True
    facts = {"form": form, "letters": REFERENCE_LETTERS, "done": DONE, "is_wrong": is_wrong}
    return page(request, device, token, "kiosk_reference", slots=slots_of(form), **facts)


def slots_of(form: KeysForm) -> list[str]:
    """A box for each sign that is wanted, filled from the left."""
    return list(form.signs.ljust(form.length))


def appointment_of(device: Device, form: KeysForm) -> Appointment | None:
    """Whose signs were typed, of those who are expected here today; None when that is not exactly one."""
    now = timezone.now()
    if form.time:
        rows = [
            row
            for row in room.expected_at(device.shopfront, form.time, now)
            if row.reference.startswith(form.signs)
        ]
    else:
        rows = list(room.expected(device.shopfront, now).filter(reference=form.signs))
    return rows[0] if len(rows) == 1 else None


def arrive(request: HttpRequest, device: Device, token: str, appointment: Appointment) -> HttpResponse:
    """Note that someone is here, and show their number."""
    try:
        arrived = actions.note_arrival(appointment=appointment, by=Actor.client())
    except IllegalStepError:  # a colleague was faster: called off, moved, or already in a talk
        return page(request, device, token, "kiosk_ask")
    return to_number(token, arrived)


def to_number(token: str, ticket: Appointment) -> HttpResponse:
    """Lead to the page with a number, which answers for a short time only."""
    if ticket.is_walk_in and (timezone.now() - ticket.created_at).total_seconds() > SHOWN_SECONDS:
        return see_other(home_of(token))  # the form of someone who was here before
    place = tokens.make(Purpose.QUEUE, ticket.pk, int(timezone.now().timestamp()))
    return see_other("room:kiosk_number", token, place)


@of_kiosk("GET", "HEAD", when_closed=True)
def kiosk_number(request: HttpRequest, device: Device, token: str, place: str) -> HttpResponse:
    """The number, how many are before, and the way to one's place in the queue as a QR code."""
    now = timezone.now()
    pointer = tokens.read(Purpose.QUEUE, place)
    ticket = pointer and room.find_ticket(pointer.id)
    if not pointer or not ticket or not 0 <= now.timestamp() - pointer.number < SHOWN_SECONDS:
        return see_other(home_of(token))
    path = reverse("room:place", args=[tokens.make(Purpose.QUEUE, ticket.pk)])
    facts = {
        "ticket": ticket,
        "standing": room.standing(ticket, now),
        "qr_svg": qr_code(f"{settings.BASE_URL}{path}"),
    }
    return page(request, device, token, "kiosk_number", **facts)
