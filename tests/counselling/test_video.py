"""A talk by video is offered only where a link can be given, and the link stands wherever its owner looks for it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from accounts import personal_data
from accounts.models import Role
from counselling import actions, availability, conflicts, journey, tokens
from counselling.actors import Actor
from counselling.conflicts import Why
from counselling.messages import invitation_to, video_room_of
from counselling.models import Appointment, Counsellor, Mode, Reason
from counselling.tokens import Purpose
from notifications import rendering
from notifications.models import Notification
from tests.counselling.desk import address, colleague, manager
from tests.counselling.test_messages import delivery
from tests.factories.accounts import RoleFactory, UserFactory
from tests.factories.counselling import AppointmentFactory, CounsellorFactory, ReasonFactory, ShiftFactory, at
from tests.factories.notifications import ContactFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
ROOM, OTHER = "https://video.example.com/ana", "https://video.example.com/new"
WAYS = ["in_person", "phone", "video"]


@pytest.fixture
def reason() -> Reason:
    """Which may be talked about in every way."""
    found: Reason = ReasonFactory.create(modes=WAYS)
    return found


@pytest.fixture
def booked(reason: Reason) -> Appointment:
    """Nina's, by video at ten with somebody who has a room."""
    shift = ShiftFactory.create(counsellor__video_room=ROOM)
    found: Appointment = AppointmentFactory.create(
        counsellor=shift.counsellor,
        reason=reason,
        mode="video",
        starts_at=at(10),
        contact=ContactFactory.create(),
    )
    return found


def page_of(booked: Appointment) -> str:
    """The page behind the link."""
    token = tokens.make(Purpose.VIEW, booked.booking_id)
    return Client().get(reverse("counselling:appointment_view", args=[token])).text


def calendar_of(booked: Appointment) -> Any:
    """The event of the calendar file."""
    [event] = Calendar.from_ical(invitation_to(booked).content).walk("VEVENT")
    return event


def test_video_is_offered_with_those_alone_who_have_a_room(reason: Reason) -> None:
    without, having = (
        ShiftFactory.create().counsellor,
        ShiftFactory.create(counsellor__video_room=ROOM).counsellor,
    )
    for mode, able in (("video", {having.pk}), ("phone", {without.pk, having.pk})):
        found = availability.find(availability.Wish(reason, language="ro", mode=mode))
        assert {who for slot in found for who in slot.counsellors} == able
        assert set(Counsellor.objects.able(reason, "ro", mode).values_list("pk", flat=True)) == able


def test_outside_the_roster_too(reason: Reason) -> None:
    shift = ShiftFactory.create()
    choice = actions.Choice(reason, shift.shopfront, at(10), "video", "ro")
    assert actions.everyone_at(choice=choice) == ()
    Counsellor.objects.update(video_room=ROOM)
    assert actions.everyone_at(choice=choice) == (shift.counsellor.pk,)


def test_the_way_is_offered_for_reasons_that_somebody_with_a_room_takes(
    client: Client, reason: Reason, django_capture_on_commit_callbacks: Any
) -> None:
    counsellor, other = ShiftFactory.create().counsellor, ReasonFactory.create(modes=WAYS)
    how = reverse("counselling:book_how", args=["cahul", reason.number])
    waiting = reverse("counselling:waiting_join", args=["cahul", reason.number]) + "?language=ro&mode=video"
    assert Mode.VIDEO not in journey.place_of("cahul").modes(reason)
    assert 'value="video"' not in client.get(how).text
    assert client.get(waiting).status_code == 302
    assert "Prin telefon sau apel video" not in client.get(reverse("counselling:book_start")).text
    counsellor.video_room = ROOM
    with django_capture_on_commit_callbacks(execute=True):
        actions.save_counsellor(counsellor=counsellor, by=counsellor.user)
    assert Mode.VIDEO in journey.place_of("online").modes(reason)
    assert 'value="video"' in client.get(how).text
    assert client.get(waiting).status_code == 200
    counsellor.reasons.set([other])
    assert Mode.VIDEO not in journey.place_of("any").modes(reason)
    assert Mode.VIDEO in journey.place_of("any").modes(other)


def test_the_desk_finds_times_only_with_a_room(reason: Reason) -> None:
    browser, me = colleague()
    query = {"reason": reason.key, "shopfront": "cahul", "language": "ro", "mode": "video"}
    assert browser.get(address("times"), query).context["times"].days == []
    Counsellor.objects.filter(pk=me.pk).update(video_room=ROOM)
    assert browser.get(address("times"), query).context["times"].days != []


def test_the_link_stands_in_messages_page_and_calendar(booked: Appointment) -> None:
    for name in ("booked", "moved", "reminder", "reminder_soon", "link"):
        mail = rendering.mail(delivery(booked, name, "ro", "email"))
        assert ROOM in mail.text, name
        assert f'href="{ROOM}"' in mail.html, name
    assert f'href="{ROOM}"' in page_of(booked)
    assert calendar_of(booked)["LOCATION"] == ROOM


def test_a_new_room_goes_into_the_next_message_and_the_page_at_once(booked: Appointment) -> None:
    planned = delivery(booked, "reminder", "ru", "email")
    Counsellor.objects.update(video_room=OTHER)
    assert OTHER in rendering.mail(planned).text
    assert ROOM not in rendering.mail(planned).text
    assert OTHER in page_of(booked)
    Counsellor.objects.update(video_room="")
    assert "https://video" not in rendering.mail(planned).text
    assert "încă nu este cunoscut" in page_of(booked)


def test_no_other_way_and_nothing_that_is_over_brings_a_link(booked: Appointment) -> None:
    by_phone = AppointmentFactory.create(
        counsellor=booked.counsellor,
        mode="phone",
        starts_at=at(11),
        contact=ContactFactory.create(phone="+37360123456"),
    )
    assert ROOM not in rendering.mail(delivery(by_phone, "reminder", "ro", "email")).text
    assert ROOM not in page_of(by_phone)
    actions.cancel_appointment(appointment=booked, by=Actor.client())
    booked.refresh_from_db()
    assert ROOM not in rendering.mail(delivery(booked, "cancelled", "ro", "email")).text
    assert ROOM not in page_of(booked)
    assert "LOCATION" not in calendar_of(booked)


def test_a_sensitive_matter_has_its_link_on_the_page_alone(booked: Appointment) -> None:
    Reason.objects.update(is_sensitive=True)
    booked.refresh_from_db()
    assert ROOM not in rendering.mail(delivery(booked, "reminder", "ro", "email")).text
    assert "LOCATION" not in calendar_of(booked)
    assert ROOM in page_of(booked)


def test_only_video_asks_the_database_for_a_room(booked: Appointment, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert video_room_of({"mode": "phone", "booking": str(booked.booking_id)}) == ""


def test_the_desk_opens_the_room_from_card_and_page() -> None:
    browser, me = colleague(video_room=ROOM)
    row = AppointmentFactory.create(
        counsellor=me, mode="video", starts_at=at(11), contact=ContactFactory.create()
    )
    shown = [browser.get(where).text for where in (address("board"), address("appointment", row.pk))]
    assert all(f'href="{ROOM}"' in page for page in shown)
    Counsellor.objects.update(video_room="")
    shown = [browser.get(where).text for where in (address("board"), address("appointment", row.pk))]
    assert all("fără cameră video" in page for page in shown)


def test_a_video_talk_without_a_room_is_a_conflict_that_the_manager_is_told_of(booked: Appointment) -> None:
    told = RoleFactory.create(role=Role.MANAGER)
    assert conflicts.find() == []
    assert booked.counsellor is not None
    booked.counsellor.video_room = ""
    actions.save_counsellor(counsellor=booked.counsellor, by=UserFactory.create())
    assert [each.why for each in conflicts.find()] == [Why.NO_ROOM]
    assert Notification.objects.filter(kind="counselling.conflicts", user=told).exists()
    assert "Nu este stabilită o cameră video" in manager().get(address("conflicts")).text
    Appointment.objects.update(override_reason="on purpose")
    assert [each.why for each in conflicts.find()] == [Why.NO_ROOM]
    Appointment.objects.update(mode="in_person")
    assert conflicts.find() == []


def test_the_manager_writes_the_room(booked: Appointment) -> None:
    browser, who = manager(), booked.counsellor
    assert who is not None
    form = browser.get(address("counsellor", who.pk)).context["form"]
    sent = {"name": who.name, "languages": ["ro"], "is_active": "on"} | {
        f"initial-{name}": value for name, value in form.initial.items() if f"initial-{name}" in form.fields
    }
    for bad in ("http://video.example.com/ana", "video.example.com/ana", "javascript:alert(1)", "https://"):
        answer = browser.post(address("counsellor", who.pk), sent | {"video_room": bad})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["video_room"]), bad
    assert browser.post(address("counsellor", who.pk), sent | {"video_room": OTHER}).status_code == 303
    who.refresh_from_db()
    assert who.video_room == OTHER
    other = CounsellorFactory.create()
    answer = browser.post(address("counsellor", other.pk), sent | {"name": "Ion", "video_room": OTHER})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["video_room"])


def test_the_counsellor_is_given_the_room_and_it_goes_with_them() -> None:
    counsellor = CounsellorFactory.create(video_room=ROOM)
    [entry] = [one for one in personal_data.parts() if one.model is Counsellor]
    assert entry.rows is not None
    assert ROOM in str(list(entry.rows(counsellor.user)))
    assert entry.erase is not None
    entry.erase(counsellor.user)
    counsellor.refresh_from_db()
    assert counsellor.video_room == ""


def test_the_sentence_that_promised_a_link_is_gone(booked: Appointment) -> None:
    assert "cu puțin timp înainte" not in page_of(booked)
