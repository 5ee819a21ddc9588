"""An appointment as pages show it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language

from common.zones import city_of, zone_of
from counselling import tokens
from counselling.models import Appointment, Mode, Proof, Reason, Status, WaitingEntry
from counselling.safety import ways_of
from counselling.tokens import Purpose
from counselling.wording import day_and_time, held_clock, mode_label, own_time, times_of
from notifications.outlook import Outlook, outlook
from services.labels import language_name


def about(reason: Reason) -> dict[str, Any]:
    """What a reason is called before it is booked; of a sensitive one, that the page needs numbers to call and a way out."""
    facts: dict[str, Any] = {"about": reason.public_name, "is_sensitive": reason.is_sensitive}
    if reason.is_sensitive:
        facts["topics"] = list(reason.categories.values_list("key", flat=True))
    return facts


def appointment_words(appointment: Appointment, *, zone: str = "") -> dict[str, Any]:
    """Time, place and way in words; `zone` is the visitor's own (IANA)."""
    shopfront = appointment.shopfront
    own = zone_of(zone or appointment.visitor_zone)
    held = appointment.held_until
    return {
        "appointment": appointment,
        "about": appointment.reason.public_name,
        "shopfront": shopfront,
        "when": day_and_time(appointment.starts_at, shopfront.zone),
        "times": times_of(appointment.starts_at, appointment.ends_at, shopfront.zone),
        "own_when": own_time(appointment.starts_at, shopfront.zone, own),
        "zone_city": city_of(shopfront.time_zone),
        "mode_label": mode_label(appointment.mode),
        "is_in_person": appointment.mode == Mode.IN_PERSON,
        "video_room": appointment.video_room,
        "language_label": language_name(appointment.language, get_language() or "ro"),
        "bring": appointment.reason.public_bring,
        "held_clock": held_clock(held, shopfront.zone, own) if held else "",
    }


def links_of(appointment: Appointment) -> dict[str, str]:
    """Where its owner looks at it, changes it, cancels it, confirms it, and takes it into a calendar."""
    booking, sequence = appointment.booking_id, appointment.sequence
    view = tokens.make(Purpose.VIEW, booking)
    return {
        "view_url": reverse("counselling:appointment_view", args=[view]),
        "calendar_url": reverse("counselling:appointment_calendar", args=[view]),
        "change_url": _link("change", Purpose.CHANGE, appointment, sequence),
        "cancel_url": _link("cancel", Purpose.CANCEL, appointment, sequence),
        "confirm_url": _link("confirm", Purpose.CONFIRM, appointment, sequence),
    }


def _link(name: str, purpose: Purpose, appointment: Appointment, number: int) -> str:
    return reverse(
        f"counselling:appointment_{name}", args=[tokens.make(purpose, appointment.booking_id, number)]
    )


def again_url(appointment: Appointment) -> str:
    """Where the same can be booked once more."""
    address = reverse("counselling:book_times", args=[appointment.shopfront.slug, appointment.reason.number])
    return f"{address}?{urlencode({'language': appointment.language, 'mode': appointment.mode})}"


def earlier_url(appointment: Appointment, token: str) -> str:
    """Where its owner asks for an earlier place; `token` is that of the link by which it is changed."""
    address = reverse(
        "counselling:waiting_join", args=[appointment.shopfront.slug, appointment.reason.number]
    )
    facts = {"language": appointment.language, "mode": appointment.mode, "zone": appointment.visitor_zone}
    return f"{address}?{urlencode(facts | {'instead_of': token})}"


def leave_address(entry: WaitingEntry) -> str:
    """Where someone sees what they wait for, and leaves the list."""
    return reverse("counselling:waiting_leave", args=[tokens.make(Purpose.LEAVE, entry.pk)])


def outlook_of(appointment: Appointment, kind: str = "booked") -> Outlook:
    """Whether its owner is written to about it."""
    unproved = appointment.proof == Proof.NONE
    return outlook(
        kind=f"counselling.{kind}",
        recipient=appointment.recipient,
        is_unproved=unproved,
        ways=ways_of(appointment),
    )


def is_open(appointment: Appointment) -> bool:
    """Whether its owner can still change it."""
    return appointment.status == Status.BOOKED and appointment.is_ahead
