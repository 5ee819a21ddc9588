"""Every message about appointments, in each language and on each way: whole, in one language, with good links."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from icalendar import Calendar

from common.message_kinds import Channel, kind_of
from counselling.messages import KINDS, facts_of
from counselling.models import Appointment
from notifications import rendering
from notifications.models import Delivery, Notification
from shopfronts.models import ShopFront
from tests.factories.accounts import UserFactory
from tests.factories.counselling import AppointmentFactory, ReasonFactory, at
from tests.factories.notifications import ContactFactory

pytestmark = pytest.mark.django_db
LANGUAGES = ("ro", "ru", "en")
NAMES = [kind.code.split(".")[1] for kind in KINDS]
FOR_COLLEAGUES = {"roster_booked", "roster_cancelled", "conflicts", "no_manager", "full_day"}
FOR_CLIENTS = [name for name in NAMES if name not in {*FOR_COLLEAGUES, "proof_code"}]  # a code has no link


@pytest.fixture
def appointment() -> Appointment:
    """Nina's, who lives in New York."""
    reason = ReasonFactory.create(
        key="pensions", bring_ro="Buletinul", bring_ru="Удостоверение", bring_en="Your identity card"
    )
    return AppointmentFactory.create(reason=reason, visitor_zone="America/New_York")


def delivery(appointment: Appointment, name: str, language: str, channel: str, **facts: Any) -> Delivery:
    """A message as the outbox keeps it."""
    context = facts_of(appointment) | {
        "stamped_at": at(8).isoformat(),
        "old_starts_at": at(11).isoformat(),
        "until": at(12).isoformat(),
        "offer": str(uuid.uuid4()),
        "entry": str(uuid.uuid4()),
        "by": "staff",
        "why": "",
        "count": 3,
        "on": "2027-03-01",
        "code": "493817",
        "minutes": 10,
        "is_cancelled": name in ("cancelled", "freed"),
    }
    is_client = name not in FOR_COLLEAGUES
    told = Notification.objects.create(
        kind=f"counselling.{name}",
        category=kind_of(f"counselling.{name}").category,
        contact=ContactFactory.create(language=language, phone="+37369123456") if is_client else None,
        user=None if is_client else UserFactory.create(language=language),
        context=context | facts,
        dedupe_key=str(uuid.uuid4()),
    )
    return Delivery(notification=told, channel=channel)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_mail_is_whole_and_in_one_language(appointment: Appointment, name: str, language: str) -> None:
    mail = rendering.mail(delivery(appointment, name, language, "email"))
    for part in (mail.subject, mail.text, mail.html):
        assert part.strip()
        assert "{" not in part.split("</style>")[-1]
    if name in FOR_CLIENTS:
        assert f"/{language}/appointments/" in mail.text
    others = [rendering.mail(delivery(appointment, name, other, "email")).subject for other in LANGUAGES]
    assert len(set(others)) == 3


@pytest.mark.parametrize("name", NAMES)
def test_russian_messages_hold_no_romanian_word(appointment: Appointment, name: str) -> None:
    text = rendering.mail(delivery(appointment, name, "ru", "email")).text
    without_links = re.sub(r"https?://\S+|America/New_York|NEXUS|GMT[+-]\d+", "", text)
    for same in (
        appointment.reference,
        appointment.shopfront.address,
    ):  # an address is as the street sign has it
        without_links = without_links.replace(same, "")
    assert not re.findall(r"[A-Za-z]{4,}", without_links)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FOR_CLIENTS)
def test_an_sms_is_short_and_holds_its_link(appointment: Appointment, name: str, language: str) -> None:
    text = rendering.short(delivery(appointment, name, language, "sms")).text
    assert "NEXUS" in text
    assert "http://testserver/" in text
    assert len(text) < 260  # the address takes a hundred
    assert "\n" not in text


def test_times_stand_on_both_clocks(appointment: Appointment) -> None:
    text = rendering.mail(delivery(appointment, "booked", "ro", "email")).text
    assert "ora 09:00" in text
    assert "02:00" in text
    assert "New York" in text


@pytest.mark.parametrize(
    ("name", "method"),
    [("booked", "REQUEST"), ("moved", "REQUEST"), ("cancelled", "CANCEL"), ("freed", "CANCEL")],
)
def test_a_mail_brings_the_calendar_file(appointment: Appointment, name: str, method: str) -> None:
    [file] = rendering.mail(delivery(appointment, name, "ro", "email")).attachments
    calendar = Calendar.from_ical(file.content)
    assert calendar["METHOD"] == method
    assert file.media_type == f"text/calendar; method={method}"
    [event] = calendar.walk("VEVENT")
    assert "Pensii" not in file.content.decode()
    assert event["ATTENDEE"].startswith("mailto:contact")


def test_links_of_a_reminder_open_the_appointment(client: Client, appointment: Appointment) -> None:
    text = rendering.mail(delivery(appointment, "reminder", "ru", "email")).text
    links = re.findall(r"http://testserver(/ru/appointments/\S+)", text)
    assert len(links) == 4
    assert {client.get(link).status_code for link in links} == {200}


def test_a_message_follows_what_was_renamed(appointment: Appointment) -> None:
    planned = delivery(appointment, "reminder", "ro", "email")
    ShopFront.objects.update(address="str. Ștefan cel Mare 1")
    assert "str. Ștefan cel Mare 1" in rendering.mail(planned).text


def test_why_we_cancelled_is_told(appointment: Appointment) -> None:
    text = rendering.mail(
        delivery(appointment, "cancelled", "ro", "email", why="Consilierul este bolnav.")
    ).text
    assert "Consilierul este bolnav." in text


def test_the_subject_on_the_page_costs_no_query(
    appointment: Appointment, django_assert_num_queries: Any
) -> None:
    told = delivery(appointment, "booked", "ro", "in_app").notification
    rendering.subject_of(told, "ro")
    with django_assert_num_queries(0):
        rendering.subject_of(told, "ro")


def test_channels_of_clients_reach_who_has_only_a_telephone() -> None:
    for name in FOR_CLIENTS:
        assert {Channel.EMAIL, Channel.SMS} <= set(kind_of(f"counselling.{name}").channels)


def test_a_language_of_the_thread_leaks_into_no_message(appointment: Appointment) -> None:
    with translation.override("en"):
        text = rendering.mail(delivery(appointment, "booked", "ro", "email")).text
    assert "/ro/appointments/" in text
    assert "/en/" not in text
