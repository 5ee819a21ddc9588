"""Appointments for calendars: invitations that mail programs understand (RFC 5546), and a counsellor's feed (RFC 5545).

The title is neutral: a calendar is seen by family, employers and phones on a table.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

MEDIA_TYPE = "text/calendar"


@dataclass(frozen=True, slots=True)
class Entry:
    """One appointment as a calendar knows it; instants are UTC."""

    booking_id: uuid.UUID
    sequence: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str  # the shop-front's address or name, or the video room; empty for a talk by telephone
    url: str
    stamped_at: dt.datetime
    is_cancelled: bool = False
    attendee: str = ""  # e-mail
    title: str = ""  # neutral when empty


def uid_of(booking_id: uuid.UUID) -> str:
    """The same for every version of a booking."""
    return f"{booking_id}@{urlsplit(settings.BASE_URL).hostname}"


def method_of(entry: Entry) -> str:
    """REQUEST or CANCEL; without an attendee, whom those must name (RFC 5546, 3.2.2), PUBLISH for a booking."""
    if entry.is_cancelled:
        return "CANCEL"
    return "REQUEST" if entry.attendee else "PUBLISH"


def invitation(entry: Entry) -> bytes:
    """One appointment with its method, for a mail or a download."""
    calendar = _calendar()
    calendar.add("method", method_of(entry))
    calendar.add_component(_event(entry, with_people=True))
    return bytes(calendar.to_ical())


def feed(entries: Iterable[Entry], *, name: str) -> bytes:
    """Many appointments for a calendar that asks again by itself."""
    calendar = _calendar()
    calendar.add("x-wr-calname", vText(name))
    calendar.add("refresh-interval;value=duration", "PT15M")
    for entry in entries:
        calendar.add_component(_event(entry, with_people=False))
    return bytes(calendar.to_ical())


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//NEXUS//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _event(entry: Entry, *, with_people: bool) -> Event:
    event = Event()
    event.add("uid", uid_of(entry.booking_id))
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamped_at.astimezone(dt.UTC))
    event.add("dtstart", entry.starts_at.astimezone(dt.UTC))
    event.add("dtend", entry.ends_at.astimezone(dt.UTC))
    event.add("summary", entry.title or _("NEXUS appointment"))
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    if entry.place:
        event.add("location", vText(entry.place))
    if entry.url:
        event.add("url", entry.url)
    if with_people:
        _add_people(event, entry)
    return event


def _add_people(event: Event, entry: Entry) -> None:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organizer = vCalAddress(f"mailto:{address}")
    organizer.params["cn"] = vText(name or "NEXUS")
    event["organizer"] = organizer
    if entry.attendee:
        attendee = vCalAddress(f"mailto:{entry.attendee}")
        attendee.params["partstat"] = vText("ACCEPTED")
        attendee.params["rsvp"] = vText("FALSE")
        event.add("attendee", attendee)
