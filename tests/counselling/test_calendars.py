"""Calendar files by the letter of RFC 5545 and RFC 5546, read by a strict reader of our own and by icalendar."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation
from icalendar import Calendar

from counselling.calendars import Entry, feed, invitation, method_of, uid_of
from counselling.messages import KINDS, facts_of, words
from counselling.messages import invitation as file_of
from counselling.models import Appointment
from tests.factories.counselling import AppointmentFactory, ReasonFactory, at

BOOKING = uuid.UUID("6f1d5f0e-7a1f-4f6e-9d55-0d9c8f1c5a11")
UTC_TIME = re.compile(r"^\d{8}T\d{6}Z$")
LINE = re.compile(
    r'^(?P<name>[A-Z-]+)(?P<rest>(?:;[A-Z-]+=(?:"[^"\x00-\x08]*"|[^";:,\x00-\x08]*))*):(?P<value>.*)$'
)
ENTRY = Entry(
    booking_id=BOOKING,
    sequence=2,
    starts_at=at(9),
    ends_at=at(9, 30),
    place="Cahul, str. Ștefan cel Mare și Sfînt 18; etajul 2, biroul de lîngă scară \\ lift",
    url="https://nexus.example/ro/appointments/view/bx1fDnofT26dVQ2cjxxaEQ0.AbCdEfGhIjKlMnOpQrStUv/",
    stamped_at=at(8),
    attendee="nina@example.com",
)


def read(text: bytes) -> list[tuple[str, str]]:
    """Names and values of an iCalendar object, in order; asserts its form."""
    assert text.endswith(b"\r\n")
    raw = text.removesuffix(b"\r\n").split(b"\r\n")
    assert all(b"\n" not in line and b"\r" not in line and 0 < len(line) <= 75 for line in raw)
    found: list[tuple[str, str]] = []
    for line in text.decode("utf-8").replace("\r\n ", "").removesuffix("\r\n").split("\r\n"):
        parts = LINE.match(line)
        assert parts, line
        found.append((parts["name"], parts["value"]))
    opened: list[str] = []
    for name, value in found:
        if name == "BEGIN":
            opened.append(value)
        elif name == "END":
            assert opened.pop() == value
    assert opened == []
    return found


def of(entry: Entry) -> dict[str, str]:
    """The properties of an invitation; each stands once."""
    found = read(invitation(entry))
    names = [name for name, _value in found if name not in ("BEGIN", "END")]
    assert len(names) == len(set(names))
    return dict(found)


def test_an_invitation_says_what_mail_programs_must_know() -> None:
    said = of(ENTRY)
    assert said["VERSION"] == "2.0"
    assert said["METHOD"] == "REQUEST"
    assert (said["UID"], said["SEQUENCE"]) == (f"{BOOKING}@testserver", "2")
    assert (said["DTSTART"], said["DTEND"]) == ("20270301T070000Z", "20270301T073000Z")
    assert all(UTC_TIME.match(said[name]) for name in ("DTSTART", "DTEND", "DTSTAMP"))
    assert (said["STATUS"], said["CLASS"]) == ("CONFIRMED", "PRIVATE")
    assert said["ATTENDEE"] == "mailto:nina@example.com"
    assert said["ORGANIZER"].startswith("mailto:")
    assert said["LOCATION"].startswith("Cahul\\, str. Ștefan cel Mare și Sfînt 18\\; etajul 2")
    assert said["LOCATION"].endswith("\\\\ lift")
    assert said["URL"] == ENTRY.url


def test_icalendar_reads_the_same_back() -> None:
    (event,) = Calendar.from_ical(invitation(ENTRY)).walk("VEVENT")
    assert event.errors == []
    assert (event["dtstart"].dt, event["dtend"].dt) == (ENTRY.starts_at, ENTRY.ends_at)
    assert str(event["location"]) == ENTRY.place
    assert event["attendee"].params == {"PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}


@pytest.mark.parametrize(
    ("attendee", "is_cancelled", "method", "status"),
    [
        ("nina@example.com", False, "REQUEST", "CONFIRMED"),
        ("nina@example.com", True, "CANCEL", "CANCELLED"),
        ("", False, "PUBLISH", "CONFIRMED"),
        ("", True, "CANCEL", "CANCELLED"),
    ],
)
def test_methods(attendee: str, method: str, status: str, *, is_cancelled: bool) -> None:
    entry = replace(ENTRY, attendee=attendee, is_cancelled=is_cancelled)
    said = of(entry)
    assert (method_of(entry), said["METHOD"], said["STATUS"]) == (method, method, status)
    assert ("ATTENDEE" in said) == bool(attendee)
    assert said["UID"] == uid_of(BOOKING)  # a cancellation is found by it


@pytest.mark.parametrize(
    ("language", "title"),
    [("ro", "NEXUS"), ("ru", "NEXUS"), ("en", "NEXUS appointment")],
)
def test_the_title_is_neutral_in_every_language(language: str, title: str) -> None:
    with translation.override(language):
        said = of(ENTRY)
    assert title in said["SUMMARY"]
    assert of(replace(ENTRY, title="Consiliere"))["SUMMARY"] == "Consiliere"


def test_lines_that_a_place_would_smuggle_in_stay_text() -> None:
    said = of(replace(ENTRY, place="Cahul\r\nATTENDEE:mailto:evil@example.com\nEND:VEVENT", attendee=""))
    assert "ATTENDEE" not in said
    assert "evil" in said["LOCATION"]


def test_letters_of_every_script_and_long_lines_are_folded_between_characters() -> None:
    place = "Кагул 🏢 שלום ș" * 20
    assert of(replace(ENTRY, place=place))["LOCATION"] == place


def test_a_feed_has_every_appointment_once_and_names_nobody() -> None:
    entries = [
        replace(ENTRY, booking_id=uuid.uuid4(), starts_at=at(9 + hour), ends_at=at(10 + hour))
        for hour in range(5)
    ]
    found = read(feed(entries, name="Ana, NEXUS"))
    assert [value for name, value in found if name == "UID"] == [
        uid_of(entry.booking_id) for entry in entries
    ]
    names = {name for name, _value in found}
    assert not names & {"METHOD", "ATTENDEE", "ORGANIZER"}
    assert ("X-WR-CALNAME", "Ana\\, NEXUS") in found
    assert ("REFRESH-INTERVAL", "PT15M") in found
    assert read(feed([], name="Ana"))


@pytest.fixture
def booked(db: None) -> Appointment:
    """One face to face and booked."""
    return AppointmentFactory.create(reason=ReasonFactory.create(), sequence=1)


def file(appointment: Appointment, **facts: Any) -> tuple[dict[str, str], str]:
    """The file of a message about an appointment, with its media type."""
    context = facts_of(appointment, stamped_at=at(8).isoformat(), **facts)
    (one,) = file_of(context | words(context, "ro") | {"to": "nina@example.com"}, "ro")
    assert one.name == "nexus.ics"
    return dict(read(one.content)), one.media_type


def test_a_message_brings_the_version_that_it_tells_of(booked: Appointment) -> None:
    said, media_type = file(booked)
    assert (said["UID"], said["SEQUENCE"], said["METHOD"]) == (uid_of(booked.booking_id), "1", "REQUEST")
    assert media_type == "text/calendar; method=REQUEST"
    assert said["LOCATION"].startswith("Cahul")
    booked.sequence = 2
    said, media_type = file(booked, is_cancelled=True)
    assert (said["UID"], said["SEQUENCE"], said["METHOD"]) == (uid_of(booked.booking_id), "2", "CANCEL")
    assert media_type == "text/calendar; method=CANCEL"


def test_a_talk_by_telephone_has_no_place(booked: Appointment) -> None:
    booked.mode = "phone"
    assert "LOCATION" not in file(booked)[0]


def test_nothing_of_the_reason_or_the_person_stands_in_the_file(booked: Appointment) -> None:
    booked.name = "Nina Petrescu"
    said, _media_type = file(booked)
    text = " ".join(said.values())
    assert "Pensii" not in text
    assert "Petrescu" not in text


@pytest.mark.parametrize("code", ["counselling.booked", "counselling.moved", "counselling.cancelled"])
def test_every_change_comes_with_a_file(code: str) -> None:
    kinds: dict[str, Callable[..., Any] | None] = {kind.code: kind.files for kind in KINDS}
    assert kinds[code] is file_of
