"""What counselling writes to people: the kinds, and how the facts of a message become words, links and a calendar file.

A message's context holds facts alone (identifiers, instants, codes); names, links and local times are made when it is
written out, in the reader's language.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from common.dates import weekday_in_words
from common.message_kinds import Attachment, Category, Channel, MessageKind
from common.zones import zone_of
from counselling import calendars, tokens
from counselling.models import Appointment, Mode, Status
from counselling.states import CANCELLED
from counselling.tokens import Purpose
from counselling.wording import (
    city_clock,
    clock,
    differs,
    few_signs_of_mode,
    mode_label,
    on_own_clock,
    places,
    reasons,
    words_of_moment,
)

SITE, MAIL, SMS, PUSH = Channel.IN_APP, Channel.EMAIL, Channel.SMS, Channel.PUSH
MY_APPOINTMENTS = "/appointments/mine/"


def facts_of(appointment: Appointment, **more: Any) -> dict[str, Any]:
    """What a message about an appointment must know."""
    return {
        "booking": str(appointment.booking_id),
        "sequence": appointment.sequence,
        "reference": appointment.reference,
        "reason": appointment.reason.key,
        "place": appointment.shopfront.slug,
        "starts_at": appointment.starts_at.isoformat(),
        "ends_at": appointment.ends_at.isoformat(),
        "mode": appointment.mode,
        "zone": appointment.visitor_zone,
    } | more


ROUTES = {
    Purpose.VIEW: "counselling:appointment_view",
    Purpose.OWN: "counselling:appointment_view",
    Purpose.CHANGE: "counselling:appointment_change",
    Purpose.CANCEL: "counselling:appointment_cancel",
    Purpose.CONFIRM: "counselling:appointment_confirm",
    Purpose.TAKE: "counselling:offer",
    Purpose.LEAVE: "counselling:waiting_leave",
    Purpose.QUEUE: "room:place",
}


def path_of(purpose: Purpose, pk: uuid.UUID, number: int = 0) -> str:
    """The page behind a token, in the language in force."""
    return reverse(ROUTES[purpose], args=[tokens.make(purpose, pk, number)])


def link(purpose: Purpose, pk: uuid.UUID, number: int = 0) -> str:
    """The whole address of that page."""
    return f"{settings.BASE_URL}{path_of(purpose, pk, number)}"


def short_link(purpose: Purpose, pk: uuid.UUID, number: int = 0) -> str:
    """An address for an SMS, whose signs are counted: it leads on to that page."""
    return f"{settings.BASE_URL}{reverse('short_link', args=[tokens.make_short(purpose, pk, number)])}"


def video_room_of(context: dict[str, Any]) -> str:
    """The video room as it is when the message is written out; empty for another way, or once it is no longer booked.

    Empty, too, where the matter is sensitive: the page behind the link says it.
    """
    if context["mode"] != Mode.VIDEO:
        return ""
    rows = Appointment.objects.filter(booking_id=context["booking"], status=Status.BOOKED)
    row = rows.exclude(reason__is_sensitive=True).select_related("counsellor").first()
    return row.video_room if row else ""


def words(context: dict[str, Any], language: str) -> dict[str, Any]:
    """Names, local times and links of an appointment; the language is in force."""
    place, reason = places().get(context["place"]), reasons().get(context["reason"])
    booking, sequence = uuid.UUID(context["booking"]), context["sequence"]
    in_person = context["mode"] == Mode.IN_PERSON
    found = words_of_moment(context["starts_at"], context["place"], context["zone"], in_person=in_person)
    found |= {
        "place_name": place.name if place else "",
        "place_address": place.address if place else "",
        "place_phone": place.phone if place else "",
        "reason_name": reason.name if reason else "",
        "bring": reason.bring if reason else [],
        "mode_label": mode_label(context["mode"]),
        "video_room": video_room_of(context),
        "is_in_person": in_person,
        "short_where": place.name if place and in_person else few_signs_of_mode(context["mode"]),
        "link": link(Purpose.OWN, booking),
        "view_url": link(Purpose.OWN, booking),
        "change_url": link(Purpose.CHANGE, booking, sequence),
        "cancel_url": link(Purpose.CANCEL, booking, sequence),
        "confirm_url": link(Purpose.CONFIRM, booking, sequence),
        "short_view_url": short_link(Purpose.OWN, booking),
        "short_cancel_url": short_link(Purpose.CANCEL, booking, sequence),
    }
    far = _own_moment(context["starts_at"], context)
    found["shorter"] = {"short_when": on_own_clock(*far)} if far else {}
    if "old_starts_at" in context:
        found["old_when"] = words_of_moment(context["old_starts_at"], context["place"], "")["when"]
    clashes = [words_of_moment(at, slug, "")["when"] for at, slug in context.get("clashes", ())]
    return found | {"clashes": clashes}


def _own_moment(at: str, context: dict[str, Any]) -> tuple[dt.datetime, ZoneInfo] | None:
    """A moment of a remote talk and the client's zone, when its clocks show another time than the shop-front's."""
    moment, own, place = (
        dt.datetime.fromisoformat(at),
        zone_of(context["zone"]),
        places().get(context["place"]),
    )
    is_far = place is not None and own is not None and differs(moment, place.zone, own)
    return (moment, own) if is_far and own is not None and context["mode"] != Mode.IN_PERSON else None


def invitation(context: dict[str, Any], language: str) -> tuple[Attachment, ...]:
    """The calendar file of an appointment."""
    entry = calendars.Entry(
        booking_id=uuid.UUID(context["booking"]),
        sequence=context["sequence"],
        starts_at=dt.datetime.fromisoformat(context["starts_at"]),
        ends_at=dt.datetime.fromisoformat(context["ends_at"]),
        place=", ".join(filter(None, [context.get("place_name"), context.get("place_address")]))
        if context["mode"] == Mode.IN_PERSON
        else context.get("video_room", ""),
        url=context.get("view_url", ""),
        stamped_at=dt.datetime.fromisoformat(context["stamped_at"]),
        is_cancelled=bool(context.get("is_cancelled")),
        attendee=context.get("to", ""),
    )
    media_type = f"{calendars.MEDIA_TYPE}; method={calendars.method_of(entry)}"
    return (Attachment("nexus.ics", calendars.invitation(entry), media_type),)


def invitation_to(appointment: Appointment) -> Attachment:
    """The calendar file of an appointment as it stands, in the language in force, to download.

    It asks nobody (PUBLISH): a program that reads a REQUEST outside of a mail takes its owner for somebody else.
    """
    facts = facts_of(
        appointment,
        stamped_at=timezone.now().isoformat(),
        is_cancelled=appointment.status in CANCELLED,
    )
    language = get_language() or settings.LANGUAGE_CODE
    shown = words(facts, language) | {
        "view_url": link(Purpose.VIEW, appointment.booking_id)
    }  # on a page, to anyone
    [file] = invitation(facts | shown, language)
    return file


def offer_words(context: dict[str, Any], language: str) -> dict[str, Any]:
    """A place that is offered to someone on the waiting list, and until when."""
    found = words(context, language)
    until = words_of_moment(
        context["until"], context["place"], context["zone"], in_person=found["is_in_person"]
    )
    offer = uuid.UUID(context["offer"])
    take = link(Purpose.TAKE, offer)
    far = _own_moment(context["until"], context)
    found["shorter"] |= {"short_until": clock(*far)} if far else {}
    return found | {
        "until": until["subject_when"],
        "short_until": city_clock(*far) if far else until["clock"],
        "link": take,
        "take_url": take,
        "short_take_url": short_link(Purpose.TAKE, offer),
        "leave_url": link(Purpose.LEAVE, uuid.UUID(context["entry"])),
    }


def waiting_words(context: dict[str, Any], language: str) -> dict[str, Any]:
    """What someone waits for; a message that was written before ways were noted says a place."""
    place, reason = places().get(context["place"]), reasons().get(context["reason"])
    mode = context.get("mode", Mode.IN_PERSON)
    entry = uuid.UUID(context["entry"])
    leave = link(Purpose.LEAVE, entry)
    return {
        "place_name": place.name if place else "",
        "reason_name": reason.name if reason else "",
        "mode_label": mode_label(mode),
        "is_in_person": mode == Mode.IN_PERSON,
        "link": leave,
        "leave_url": leave,
        "short_leave_url": short_link(Purpose.LEAVE, entry),
    }


def staff_words(context: dict[str, Any], language: str) -> dict[str, Any]:
    """An appointment for colleagues: no link of the client's."""
    found = words(context | {"zone": ""}, language)
    return {name: found[name] for name in ("when", "place_name", "reason_name", "mode_label")}


def place_words(context: dict[str, Any], language: str) -> dict[str, Any]:
    """The name of a shop-front."""
    place = places().get(context["place"])
    return {"place_name": place.name if place else ""}


def full_day_words(context: dict[str, Any], language: str) -> dict[str, Any]:
    """Of which day unproved people hold a half; its page lists who they are."""
    place = places().get(context["place"])
    return {
        "place_name": place.name if place else "",
        "day": weekday_in_words(dt.date.fromisoformat(context["on"])),
    }


def _must(name: str, **more: Any) -> MessageKind:
    return MessageKind(
        f"counselling.{name}",
        Category.APPOINTMENTS,
        (SITE, MAIL, SMS),
        can_be_switched_off=False,
        is_urgent=True,
        **more,
    )


def _work(name: str, *channels: Channel, **more: Any) -> MessageKind:
    return MessageKind(f"counselling.{name}", Category.WORK, channels, **more)


KINDS = (
    _must("booked", words=words, files=invitation),
    _must("moved", words=words, files=invitation),
    _must("cancelled", words=words, files=invitation),
    _must("freed", words=words, files=invitation),
    _must("offer", words=offer_words, useful_for=dt.timedelta(hours=2)),
    _must("waiting", words=waiting_words),
    _must("link", words=words, is_asked_by_anyone=True),
    MessageKind(
        "counselling.reminder",
        Category.APPOINTMENTS,
        (SITE, MAIL, SMS, PUSH),
        useful_for=dt.timedelta(hours=20),
        words=words,
    ),
    MessageKind(
        "counselling.reminder_soon",
        Category.APPOINTMENTS,
        (SITE, MAIL, SMS, PUSH),
        useful_for=dt.timedelta(hours=2),
        words=words,
    ),
    _work("roster_booked", SITE, words=staff_words),
    _work("roster_cancelled", SITE, words=staff_words),
    _work("conflicts", SITE, MAIL),
    _work("no_manager", SITE, MAIL, words=place_words),
    _work("full_day", SITE, MAIL, words=full_day_words),
    MessageKind(  # whoever asked for it waits before the page
        "counselling.proof_code",
        Category.SECURITY,
        (MAIL, SMS),
        can_be_switched_off=False,
        is_urgent=True,
        is_secret=True,
        is_asked_by_anyone=True,
        useful_for=dt.timedelta(minutes=10),
    ),
)
