"""The call-up screen, and a person's own place in the queue."""

from __future__ import annotations

import contextlib
import hashlib
import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import parse_etags
from django.utils.translation import override, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from common.answers import see_other
from common.page_cache import is_fragment
from counselling import actions, tokens
from counselling import waiting_room as room
from counselling.actors import Actor
from counselling.errors import IllegalStepError
from counselling.models import Appointment, Device, Status
from counselling.tokens import Purpose

SCREEN_WORDS: dict[str, Promise] = {
    "ticket": pgettext_lazy("call-up screen", "Ticket"),
    "desk": pgettext_lazy("call-up screen", "Desk"),
    "waiting": pgettext_lazy("call-up screen", "Waiting"),
    "offline": pgettext_lazy("call-up screen", "No connection"),
    "nobody": pgettext_lazy("call-up screen", "Your number will appear here"),
}


def in_each_language(text: Promise) -> list[tuple[str, str]]:
    """A text with the code of its language, once for each; one that is the same in two stands once."""
    found: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            found.setdefault(str(text), code)
    return [(code, words) for words, code in found.items()]


def screen_of(token: str) -> Device:
    """The screen that has a token. Raises Http404."""
    device = actions.device_of(token, Device.Kind.SCREEN)
    if device is None:
        raise Http404
    return device


@require_safe
def screen(request: HttpRequest, token: str) -> HttpResponse:
    """The page for a television: it then asks for its state by itself."""
    device = screen_of(token)
    state = room.board(device.shopfront, timezone.now())
    rows = [*state["called"], *[{}] * room.ROWS_OF_SCREEN][: room.ROWS_OF_SCREEN]
    words = {name: in_each_language(text) for name, text in SCREEN_WORDS.items()}
    facts = {"device": device, "state": state, "rows": rows, "words": words, "face": "board"}
    facts["state_url"] = reverse("room:screen_state", args=[token])
    return render(request, "counselling/room/screen.html", facts)


@require_safe
def screen_state(request: HttpRequest, token: str) -> HttpResponse:
    """What the screen shows now, as JSON; 304 for who has it."""
    device = screen_of(token)
    body = json.dumps(room.board(device.shopfront, timezone.now()), ensure_ascii=False)
    etag = f'"{digest_of(body)}"'
    response: HttpResponse
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type="application/json")
    response["ETag"] = etag
    response["Cache-Control"] = "no-store"  # the page keeps the tag itself
    return response


def digest_of(text: str) -> str:
    """A short name for a text that changes with it."""
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def ticket_of(token: str) -> Appointment | None:
    """What a link to a place in the queue points to; the tablet's own links, which carry a time, are none."""
    pointer = tokens.read(Purpose.QUEUE, token)
    return room.find_ticket(pointer.id) if pointer is not None and pointer.number == 0 else None


def place_facts(ticket: Appointment) -> dict[str, Any]:
    """Where a ticket stands: `phase` is waiting, called, talking, left, missed, cancelled or over."""
    now = timezone.now()
    standing = room.standing(ticket, now)
    ended = {
        Status.IN_SESSION: "talking",
        Status.CANCELLED_BY_CLIENT: "left",
        Status.CANCELLED_BY_OFFICE: "cancelled",
        Status.NO_SHOW: "missed",
    }
    phase = ended.get(Status(ticket.status), "over")
    if not room.is_of_today(ticket, now):
        phase = "over"
    elif ticket.status == Status.ARRIVED:
        phase = "waiting" if standing else "called"
    facts = {"ticket": ticket, "phase": phase, "standing": standing}
    seen = (phase, ticket.desk, ticket.calls, standing)
    return facts | {"is_live": phase in ("waiting", "called", "talking"), "digest": digest_of(repr(seen))}


@require_safe
def place(request: HttpRequest, token: str) -> HttpResponse:
    """One's place in the queue; htmx asks for the part that changes, and gets 204 while it has not."""
    ticket = ticket_of(token)
    if ticket is None:
        return render(request, "counselling/room/place_gone.html", status=404)
    facts = place_facts(ticket) | {"token": token}
    if not is_fragment(request):
        return render(request, "counselling/room/place.html", facts)
    if request.GET.get("seen") == facts["digest"]:
        return HttpResponse(status=204)
    return render(request, "counselling/room/_place.html", facts)


@require_POST
def place_leave(request: HttpRequest, token: str) -> HttpResponse:
    """Give one's ticket back; pressed twice, or too late, the page says where one stands."""
    ticket = ticket_of(token)
    if ticket is None:
        return render(request, "counselling/room/place_gone.html", status=404)
    if ticket.status == Status.ARRIVED and room.is_of_today(ticket):
        with contextlib.suppress(IllegalStepError):  # called into a talk at this moment
            actions.leave_queue(appointment=ticket, by=Actor.client())
    return see_other("room:place", token)
