"""A reason that others must not learn of: what messages, calendars, pages behind links and addresses say of it."""

from __future__ import annotations

import re
import uuid

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.personal_data import parts
from common.message_kinds import Channel, kind_of
from counselling import actions, tokens
from counselling.actors import Actor
from counselling.messages import KINDS, facts_of, invitation_to, link
from counselling.models import Appointment, Reason
from counselling.tokens import Purpose
from counselling.views.presenting import links_of
from notifications import rendering
from notifications.models import Delivery, Notification
from tests.counselling import desk
from tests.counselling.conftest import Booking
from tests.counselling.people import client as person
from tests.counselling.people import wanted
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.counselling import AppointmentFactory, ReasonFactory, ShiftFactory, at
from tests.factories.notifications import ContactFactory

pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _name in settings.LANGUAGES]
NAMES = {"ro": "o discuție la NEXUS", "ru": "консультация в NEXUS", "en": "a talk at NEXUS"}
MARKER = "Zmeura"  # stands in each text of the reason, its key and its topics


@pytest.fixture
def danger(db: None) -> Reason:
    """A sensitive reason, every text of which can be found again."""
    texts = {
        f"{field}_{code}": f"{MARKER} {field}" for field in ("name", "summary", "bring") for code in LANGUAGES
    }
    return ReasonFactory.create(key=MARKER.lower(), is_sensitive=True, **texts)


@pytest.fixture
def appointment(danger: Reason) -> Appointment:
    """A booking of it."""
    contact = ContactFactory.create(email="elena@example.com", phone="+37369123456")
    return AppointmentFactory.create(reason=danger, contact=contact, name="Elena")


def names_it(text: str | bytes) -> bool:
    """Whether a text betrays the reason."""
    text = text.decode() if isinstance(text, bytes) else text
    return MARKER.lower() in text.lower()


def delivery(appointment: Appointment, kind: str, language: str) -> Delivery:
    """A message as the outbox keeps it."""
    context = facts_of(appointment) | {
        "stamped_at": at(8).isoformat(), "old_starts_at": at(11).isoformat(), "until": at(12).isoformat(),
        "offer": str(uuid.uuid4()), "entry": str(uuid.uuid4()), "by": "staff", "why": "", "count": 3,
        "is_cancelled": False, "on": "2027-03-01", "code": "493817", "minutes": 10,
    }  # fmt: skip
    is_work = kind_of(kind).category == "work"
    contact = None if is_work else ContactFactory.create(language=language, phone="+37369123456")
    told = Notification.objects.create(
        kind=kind,
        category=kind_of(kind).category,
        contact=contact,
        user=UserFactory.create(language=language) if is_work else None,
        context=context,
        dedupe_key=str(uuid.uuid4()),
    )
    return Delivery(notification=told, channel=Channel.EMAIL)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [kind.code for kind in KINDS])
def test_no_message_names_it(appointment: Appointment, kind: str, language: str) -> None:
    told = delivery(appointment, kind, language)
    mail, short = rendering.mail(told), rendering.short(told)
    parts = [mail.subject, mail.text, mail.html, short.text, short.url]
    for file in mail.attachments:
        parts += [file.name, file.media_type, file.content.decode()]
    parts.append(rendering.subject_of(told.notification, language))
    assert not [part for part in parts if names_it(part)]
    if kind_of(kind).words:
        with translation.override(language):
            words = kind_of(kind).words(told.notification.context, language)  # type: ignore[misc]
        assert words.get("reason_name", NAMES[language]) == NAMES[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_calendar_file_does_not_name_it(appointment: Appointment, language: str) -> None:
    with translation.override(language):
        file = invitation_to(appointment)
    assert "BEGIN:VEVENT" in file.content.decode()
    assert not names_it(file.content)
    assert not names_it(file.name)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["view_url", "calendar_url", "change_url", "cancel_url", "confirm_url"])
def test_no_page_behind_a_link_names_it(
    client: Client, friday: None, appointment: Appointment, page: str, language: str
) -> None:
    with translation.override(language):
        address = links_of(appointment)[page]
    answer = client.get(address)
    assert answer.status_code == 200
    assert not names_it(answer.content)
    assert not names_it(str(answer.headers))
    assert "no-store" in answer["Cache-Control"]
    if page in ("view_url", "cancel_url", "confirm_url"):
        assert NAMES[language] in answer.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_neither_the_waiting_list_nor_an_offer_names_it(
    client: Client, friday: None, appointment: Appointment, language: str
) -> None:
    ShiftFactory.create(counsellor=appointment.counsellor)
    entry = actions.join_waiting_list(wanted=wanted(appointment.reason), client=person("Ion"))
    actions.cancel_appointment(appointment=appointment, by=Actor.staff(UserFactory.create()))
    offer = entry.offers.get()
    with translation.override(language):
        pages = [link(Purpose.LEAVE, entry.pk), link(Purpose.TAKE, offer.pk)]
    for page in pages:
        answer = client.get(page.removeprefix(settings.BASE_URL))
        assert answer.status_code == 200
        assert NAMES[language] in answer.content.decode()
        assert not names_it(answer.content)
    with translation.override(language):
        cancelled = client.get(link(Purpose.VIEW, appointment.booking_id).removeprefix(settings.BASE_URL))
    assert not names_it(cancelled.content)


def test_my_appointments_do_not_name_it(client: Client, friday: None, danger: Reason) -> None:
    user = UserFactory.create()
    AppointmentFactory.create(reason=danger, member=user)
    AppointmentFactory.create(reason=danger, member=user, starts_at=at(9, day=at(9).date().replace(month=1)))
    actions.join_waiting_list(wanted=wanted(danger), client=person("Ion", member=user, email=""))
    sign_in(client, user)
    page = client.get(reverse("counselling:my_appointments")).content.decode()
    assert page.count(NAMES["ro"]) == 3
    assert not names_it(page)


def test_a_printed_ticket_and_its_place_in_the_queue_do_not_name_it(client: Client, danger: Reason) -> None:
    ticket = AppointmentFactory.create(walk_in=True, reason=danger)
    place = client.get(reverse("room:place", args=[tokens.make(Purpose.QUEUE, ticket.pk)]))
    assert place.status_code == 200
    assert not names_it(place.content)
    browser, _counsellor = desk.colleague()
    printed = browser.get(desk.address("ticket_given", ticket.pk)).content.decode()
    assert NAMES["ro"][1:] in printed
    assert not names_it(printed)


def test_the_copy_of_ones_data_does_not_name_it(danger: Reason) -> None:
    user = UserFactory.create()
    AppointmentFactory.create(reason=danger, member=user)
    actions.join_waiting_list(wanted=wanted(danger), client=person("Ion", member=user, email=""))
    rows = [row for part in parts() if part.rows for row in part.rows(user)]
    assert [row["reason"] for row in rows if isinstance(row, dict) and row.get("reason")] == [NAMES["ro"]] * 2
    assert not names_it(str(rows))


@pytest.fixture
def sensitive(booking: Booking, danger: Reason) -> Booking:
    """A visitor who books for it."""
    return Booking(booking.browser, danger.number)


def test_addresses_call_every_reason_by_a_number(client: Client, sensitive: Booking) -> None:
    page = client.get(reverse("counselling:book_reason", args=["cahul"])).content.decode()
    reasons = re.findall(r'href="/ro/appointments/book/cahul/([^/"]+)/"', page)
    assert len(reasons) == 2
    assert all(re.fullmatch(r"[0-9]{1,6}", reason) for reason in reasons)


@pytest.mark.parametrize("name", ["book_how", "book_times", "waiting_join"])
def test_an_address_of_before_leads_to_the_number(sensitive: Booking, danger: Reason, name: str) -> None:
    old = reverse(f"counselling:{name}", args=["cahul", danger.key])
    answer = sensitive.browser.get(old, sensitive.chosen)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse(f"counselling:{name}", args=["cahul", danger.number]))
    assert name == "book_how" or "?language=ro" in answer.url
    assert "no-store" in answer["Cache-Control"]
    assert sensitive.browser.get(answer.url).status_code == 200


@pytest.mark.parametrize("name", ["book_how", "book_times", "waiting_join"])
def test_pages_of_booking_do_not_name_it_and_are_kept_nowhere(
    sensitive: Booking, danger: Reason, name: str
) -> None:
    address = reverse(f"counselling:{name}", args=["cahul", danger.number])
    answer = sensitive.browser.get(address, sensitive.chosen)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert not names_it(answer.content)
    assert NAMES["ro"] in answer.content.decode()


def test_an_ordinary_page_of_booking_may_be_kept(booking: Booking) -> None:
    answer = booking.browser.get(reverse("counselling:book_how", args=["cahul", 7]))
    assert "no-store" not in answer["Cache-Control"]
    assert "Pensii" in answer.content.decode()


def test_the_form_does_not_name_it(sensitive: Booking) -> None:
    sensitive.hold()
    assert not names_it(sensitive.browser.get(sensitive.contact).content)
    done = sensitive.browser.get(sensitive.book(safe_contact="yes").url)
    assert done.status_code == 200
    assert not names_it(done.content)
