"""Booking for a caller, outside the roster too; one appointment moved and cancelled by colleagues."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from accounts.models import Role
from counselling import notes
from counselling.models import Appointment, AppointmentStep, Counsellor, Reason
from notifications.models import Contact
from tests.counselling.desk import address, colleague, manager, manager_of, queries
from tests.factories.counselling import (
    MONDAY,
    AppointmentFactory,
    CounsellorFactory,
    ReasonFactory,
    ShiftFactory,
    at,
    shopfront,
)
from tests.factories.shopfronts import ShopFrontFactory

pytestmark = pytest.mark.django_db
TEN = at(10).astimezone(dt.UTC).isoformat()


@pytest.fixture(autouse=True)
def monday() -> Iterator[time_machine.Traveller]:
    """Eight in the morning of a Monday on which counsellors work from nine to twelve."""
    with time_machine.travel(at(8), tick=False) as traveller:
        yield traveller


@pytest.fixture
def reason() -> Reason:
    """Half an hour, in every way, at least a day ahead for visitors."""
    return ReasonFactory.create(notice_hours=24)


def form(reason: Reason, **more: str) -> dict[str, str]:
    """What a colleague fills in for a caller."""
    return {
        "reason": reason.key, "shopfront": "cahul", "language": "ro", "mode": "in_person", "start_on": "",
        "name": "Nina", "phone": "060 123 456", "email": "", "note": "", "time": TEN,
    } | more  # fmt: skip


def outside(**more: str) -> dict[str, str]:
    """Saturday at seven in the morning."""
    return {
        "outside": "1",
        "outside-on": "2027-03-06",
        "outside-at": "07:00",
        "outside-why": "flies on Sunday",
    } | {f"outside-{name}": value for name, value in more.items()}


def times(browser: Client, **query: str) -> list[str]:
    """What the buttons of free times send."""
    return re.findall(r'name="time" value="([^"]+)"', browser.get(address("times", **query)).text)


def test_the_first_page_shows_times_at_once(reason: Reason) -> None:
    browser, _me = colleague()
    page = browser.get(address("book"))
    assert TEN in page.text
    assert len(page.context["times"].days[0].times) == 6  # from nine to twelve, without any notice
    assert len(page.context["times"].days) == 6
    assert page.context["times"].next_on == MONDAY + dt.timedelta(weeks=6)


def test_times_follow_what_is_looked_for(reason: Reason) -> None:
    browser, me = colleague()
    assert TEN in times(browser, reason=reason.key)
    assert times(browser, reason=reason.key, language="en") == []  # nobody speaks it
    AppointmentFactory.create(counsellor=me, starts_at=at(10))
    assert TEN not in times(browser, reason=reason.key)
    assert times(browser, start_on="2027-03-02")[0].startswith("2027-03-08")
    assert times(browser, later="2027-03-09")[0].startswith("2027-03-15")
    by_phone = ReasonFactory.create(modes=["phone"])
    assert times(browser, reason=by_phone.key) == []
    assert times(browser, reason=by_phone.key, mode="phone") != []


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "no"},
        {"shopfront": "edinet"},
        {"language": "xx"},
        {"mode": "no"},
        {"start_on": "31"},
        {"start_on": "0001-01-01"},
        {"start_on": "9999-12-31"},
    ],
)
def test_what_cannot_be_looked_for_has_no_times(wrong: dict[str, str], reason: Reason) -> None:
    browser, _me = colleague()
    ShopFrontFactory.create(slug="edinet")
    answer = browser.get(address("times", **wrong))
    assert (answer.status_code, 'name="time"' in answer.text) == (200, False)
    assert browser.post(address("book"), form(reason) | wrong).status_code == 422
    assert not Appointment.objects.exists()


def test_one_press_books(reason: Reason) -> None:
    browser, me = colleague()
    answer = browser.post(address("book"), form(reason, agrees="on", note="o scară"))
    booked = Appointment.objects.get()
    assert (answer.status_code, answer.url) == (303, address("booked", booked.pk))
    assert (booked.status, booked.starts_at, booked.counsellor, booked.source) == (
        "booked",
        at(10),
        me,
        "office",
    )
    assert (booked.made_by, booked.name, notes.unseal(booked.note_sealed)) == (me.user, "Nina", "o scară")
    assert (booked.contact.phone, booked.contact.consented_at) == ("+37360123456", at(8))
    page = browser.get(answer.url).text
    assert f"{booked.reference[:4]} {booked.reference[4:]}" in page
    assert "luni, 1 martie" in page
    assert "10:00" in page


def test_without_an_address_or_an_agreement_nobody_is_written_to(reason: Reason) -> None:
    browser, _me = colleague()
    browser.post(address("book"), form(reason, phone=""))
    assert Appointment.objects.get().contact is None
    later = form(reason, email="N@example.com", time=at(11).astimezone(dt.UTC).isoformat())
    browser.post(address("book"), later)
    assert Contact.objects.get().consented_at is None


def test_messages_go_out_in_the_language_of_the_talk_if_the_site_has_it(reason: Reason) -> None:
    browser, _me = colleague(languages=["gag", "ru"])
    browser.post(address("book"), form(reason, language="ru"))
    browser.post(address("book"), form(reason, language="gag", phone="", time=at(11).isoformat()))
    assert sorted(Appointment.objects.values_list("language", "site_language")) == [
        ("gag", "ro"),
        ("ru", "ru"),
    ]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "\u200b"}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"phone": "12"}, "phone"),
        ({"email": "nina@"}, "email"),
        ({"phone": "", "email": "", "agrees": "on"}, "agrees"),
        ({"note": "x" * 501}, "note"),
        ({"time": ""}, "__all__"),
        ({"time": "tomorrow"}, "__all__"),
        ({"time": "2027-03-01T10:00"}, "__all__"),
    ],
)
def test_a_wrong_form_says_what_is_wrong_and_keeps_the_rest(
    wrong: dict[str, str], field: str, reason: Reason
) -> None:
    browser, _me = colleague()
    answer = browser.post(address("book"), form(reason, email="kept@example.com") | wrong)
    assert (answer.status_code, list(answer.context["caller"].errors)) == (422, [field])
    assert "kept@example.com" in answer.text or "email" in wrong
    assert not Appointment.objects.exists()


def test_a_time_taken_meanwhile_leaves_the_form_filled_and_shows_others(reason: Reason) -> None:
    browser, me = colleague()
    AppointmentFactory.create(counsellor=me, starts_at=at(10))
    answer = browser.post(address("book"), form(reason, note="cu un copil"))
    assert answer.status_code == 409
    assert 'value="Nina"' in answer.text
    assert "cu un copil" in answer.text
    offered = re.findall(r'name="time" value="([^"]+)"', answer.text)
    assert TEN not in offered
    assert len(offered) > 4
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize("moment", [at(7), at(13), at(9, day=MONDAY - dt.timedelta(days=7)), at(10, 10)])
def test_a_time_that_is_not_offered_is_refused(moment: dt.datetime, reason: Reason) -> None:
    browser, _me = colleague()
    assert browser.post(address("book"), form(reason, time=moment.isoformat())).status_code == 409
    assert not Appointment.objects.exists()


def test_a_person_is_not_booked_twice_at_once_nor_beyond_the_limit(reason: Reason) -> None:
    browser, _me = colleague()
    ShiftFactory.create()
    assert browser.post(address("book"), form(reason)).status_code == 303
    assert browser.post(address("book"), form(reason)).status_code == 409
    assert browser.post(address("book"), form(reason, time=at(9).isoformat())).status_code == 303
    beyond = browser.post(address("book"), form(reason, time=at(11).isoformat()))
    assert (beyond.status_code, bool(beyond.context["problem"])) == (409, True)
    assert Appointment.objects.count() == 2


def test_showing_times_without_javascript_loses_nothing_and_books_nothing(reason: Reason) -> None:
    browser, _me = colleague()
    answer = browser.post(address("book"), form(reason, show="1", name="", note="cu un copil"))
    assert (answer.status_code, answer.context["caller"].errors) == (200, {})
    assert "cu un copil" in answer.text
    assert "060 123 456" in answer.text
    assert not Appointment.objects.exists()


def test_the_page_asks_as_often_for_ten_counsellors_as_for_one(reason: Reason) -> None:
    browser, me = colleague()
    AppointmentFactory.create(counsellor=me, reason=reason, starts_at=at(9))
    few = queries(browser, address("book"))
    for _number in range(9):
        AppointmentFactory.create(counsellor=ShiftFactory.create().counsellor, reason=reason, starts_at=at(9))
    assert queries(browser, address("book")) == few <= 24


def test_outside_the_roster_is_for_managers(reason: Reason) -> None:
    counsellor, _me = colleague()
    assert 'name="outside"' not in counsellor.get(address("book")).text
    assert counsellor.post(address("book"), form(reason) | outside()).status_code == 403
    assert 'name="outside"' in manager().get(address("book")).text
    assert not Appointment.objects.exists()


def test_outside_the_roster_needs_a_reason_which_is_kept(reason: Reason) -> None:
    _browser, me = colleague()
    boss = manager()
    missing = boss.post(address("book"), form(reason) | outside(why=""))
    assert (missing.status_code, list(missing.context["outside"].errors)) == (422, ["why"])
    answer = boss.post(address("book"), form(reason) | outside())
    booked = Appointment.objects.get()
    assert answer.url == address("booked", booked.pk)
    assert (booked.override_reason, booked.counsellor) == ("flies on Sunday", me)
    assert booked.starts_at == at(7, day=dt.date(2027, 3, 6))
    assert "flies on Sunday" in boss.get(address("appointment", booked.pk)).text
    step = AppointmentStep.objects.get(appointment=booked)
    assert (step.actor, step.reason) == (booked.made_by, "flies on Sunday")


def test_outside_the_roster_is_never_over_another_booking(reason: Reason) -> None:
    _browser, me = colleague()
    day = dt.date(2027, 3, 6)
    AppointmentFactory.create(counsellor=me, starts_at=at(7, day=day))
    answer = manager().post(address("book"), form(reason) | outside())
    assert answer.status_code == 409
    assert Appointment.objects.count() == 1
    free = ShiftFactory.create().counsellor
    chosen = manager()
    assert chosen.post(address("book"), form(reason) | outside(counsellor=str(me.pk))).status_code == 409
    assert chosen.post(address("book"), form(reason) | outside(counsellor=str(free.pk))).status_code == 303


@pytest.mark.parametrize(
    "wrong",
    [
        {"on": "2027-02-28"},
        {"on": "0001-01-01"},
        {"on": "9999-12-31"},
        {"on": "x"},
        {"at": "25:00"},
        {"counsellor": "x"},
    ],
)
def test_a_wrong_time_outside_the_roster_is_told(wrong: dict[str, str], reason: Reason) -> None:
    colleague()
    answer = manager().post(address("book"), form(reason) | outside(**wrong))
    assert (answer.status_code, list(answer.context["outside"].errors)) == (422, list(wrong))
    assert not Appointment.objects.exists()


def test_outside_the_roster_holds_for_the_chosen_shop_front(reason: Reason) -> None:
    colleague()
    other = ShopFrontFactory.create(slug="edinet")
    ShiftFactory.create(shopfront=other)
    assert manager().post(address("book"), form(reason, shopfront="edinet") | outside()).status_code == 422
    everywhere = manager_of("cahul", "edinet")
    assert everywhere.post(address("book"), form(reason, shopfront="edinet") | outside()).status_code == 303
    assert Appointment.objects.get().shopfront == other


def test_names_cannot_turn_the_page_around(reason: Reason) -> None:
    browser, _me = colleague()
    browser.post(address("book"), form(reason, name="\u202eaniN <script>alert(1)</script> 🙂"))
    page = browser.get(address("board")).text
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "🙂" in page


def test_someone_who_is_no_longer_active_is_not_asked(reason: Reason) -> None:
    colleague()
    Counsellor.objects.update(is_active=False)
    assert CounsellorFactory.create().shifts.count() == 0
    assert manager().post(address("book"), form(reason) | outside()).status_code == 409
    assert shopfront().appointments.count() == 0


def test_a_manager_is_no_manager_elsewhere(reason: Reason) -> None:
    _browser, _me = colleague(Role.MANAGER)
    ShopFrontFactory.create(slug="edinet")
    assert manager().get(address("roster", at="edinet")).status_code == 404
