"""One appointment for colleagues: details, moved to another time, cancelled with a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine

from counselling import actions, notes
from counselling.actors import Actor
from counselling.models import Appointment, Reason, Status
from notifications.models import Contact, Notification
from tests.counselling.desk import address, colleague, manager, queries
from tests.factories.accounts import UserFactory
from tests.factories.counselling import MONDAY, AppointmentFactory, ReasonFactory, at

pytestmark = pytest.mark.django_db
TEN = at(10).astimezone(dt.UTC).isoformat()


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """Eight in the morning of a Monday on which counsellors work from nine to twelve."""
    with time_machine.travel(at(8), tick=False):
        yield


@pytest.fixture
def reason() -> Reason:
    """Half an hour, in every way."""
    return ReasonFactory.create()


@pytest.fixture
def booked(reason: Reason) -> Appointment:
    """Nina's, at nine on the next Monday, with a note and a telephone."""
    _browser, me = colleague()
    return AppointmentFactory.create(
        counsellor=me,
        reason=reason,
        starts_at=at(9, day=MONDAY + dt.timedelta(days=7)),
        note_sealed=notes.seal("Vin cu un copil."),
        contact=Contact.objects.create(phone="+37360123456", consented_at=at(8)),
    )


def test_the_details_show_note_contact_and_log(booked: Appointment) -> None:
    browser = manager()
    browser.post(address("step", booked.pk, "arrived"))
    page = browser.get(address("appointment", booked.pk)).text
    for words in ("Vin cu un copil.", "+373 601 23 456", 'id="cancel"'):
        assert words in page
    member = AppointmentFactory.create(member=UserFactory.create(handle="cocor"), starts_at=at(15))
    assert "cocor" in browser.get(address("appointment", member.pk)).text


def test_the_log_tells_of_earlier_versions_in_the_same_number_of_statements(booked: Appointment) -> None:
    browser = manager()
    url = address("appointment", booked.pk)
    browser.post(address("step", booked.pk, "arrived"))
    few = queries(browser, url)
    for step in ("expected", "arrived") * 5:
        browser.post(address("step", booked.pk, step))
    assert len(browser.get(url).context["log"]) == 11
    assert queries(browser, url) == few <= 14


def test_cancelling_needs_a_reason_which_the_client_reads(booked: Appointment) -> None:
    browser = manager()
    missing = browser.post(address("cancel", booked.pk), {"why": " "})
    assert missing.status_code == 422
    answer = browser.post(address("cancel", booked.pk), {"why": "the counsellor is ill"}, follow=True)
    booked.refresh_from_db()
    assert booked.status == Status.CANCELLED_BY_OFFICE
    assert Notification.objects.get(kind="counselling.cancelled").context["why"] == "the counsellor is ill"
    assert 'id="cancel"' not in answer.text
    again = browser.post(address("cancel", booked.pk), {"why": "once more"}, follow=True)
    assert [message.level_tag for message in again.context["messages"]] == ["warning"]
    assert Notification.objects.filter(kind="counselling.cancelled").count() == 1


def test_moving_gives_another_time_with_one_message(booked: Appointment) -> None:
    browser = manager()
    page = browser.get(address("move", booked.pk))
    assert TEN in page.text
    assert TEN in browser.get(address("move_times", booked.pk)).text
    answer = browser.post(address("move", booked.pk), {"time": TEN, "why": "asked by telephone"})
    new = Appointment.objects.get(status="booked")
    booked.refresh_from_db()
    assert (answer.status_code, answer.url) == (303, address("appointment", new.pk))
    assert (new.starts_at, new.reference, new.moved_from) == (at(10), booked.reference, booked)
    assert Notification.objects.get(kind="counselling.moved").context["why"] == "asked by telephone"
    assert len(browser.get(answer.url).context["log"]) == 2  # of both versions


@pytest.mark.parametrize(
    ("form", "status"), [({"why": "x"}, 422), ({"time": TEN}, 422), ({"time": "x", "why": "x"}, 422)]
)
def test_a_move_needs_a_time_and_a_reason(form: dict[str, str], status: int, booked: Appointment) -> None:
    assert manager().post(address("move", booked.pk), form).status_code == status
    booked.refresh_from_db()
    assert booked.status == Status.BOOKED


def test_a_time_taken_meanwhile_keeps_the_old_place(booked: Appointment) -> None:
    AppointmentFactory.create(counsellor=booked.counsellor, starts_at=at(10))
    answer = manager().post(address("move", booked.pk), {"time": TEN, "why": "x"})
    booked.refresh_from_db()
    assert (answer.status_code, booked.status) == (409, Status.BOOKED)


def test_what_is_over_is_not_moved(booked: Appointment) -> None:
    actions.cancel_appointment(appointment=booked, by=Actor.client())
    browser = manager()
    for answer in (
        browser.get(address("move", booked.pk)),
        browser.post(address("move", booked.pk), {"time": TEN, "why": "x"}),
    ):
        assert (answer.status_code, answer.url) == (303, address("appointment", booked.pk))


def test_from_the_conflicts_one_goes_back_to_them(booked: Appointment) -> None:
    browser = manager()
    moved = browser.post(address("move", booked.pk, back="conflicts"), {"time": TEN, "why": "x"})
    assert moved.url == address("conflicts")
    new = Appointment.objects.get(status="booked")
    assert browser.post(address("cancel", new.pk, back="conflicts"), {"why": "x"}).url == address("conflicts")
