"""The board of the day: lanes, steps, calling, tickets at the counter."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from accounts.models import Role
from counselling import actions
from counselling.actors import Actor
from counselling.models import Appointment, AppointmentStep, Counsellor, Status
from counselling.states import STEPS
from counselling.views.desk.cards import Step, lanes_of, legal_steps
from shopfronts.models import ShopFront
from tests.counselling.desk import address, browser_of, colleague, manager, queries
from tests.factories.accounts import RoleFactory
from tests.factories.counselling import (
    MONDAY,
    AppointmentFactory,
    CounsellorFactory,
    ReasonFactory,
    at,
    shopfront,
)

pytestmark = pytest.mark.django_db
NINE = at(9)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Nine in the morning."""
    with time_machine.travel(NINE, tick=False) as traveller:
        yield traveller


def ticket(minutes: int = 0, **fields: object) -> Appointment:
    """Someone who has waited so many minutes."""
    return AppointmentFactory.create(walk_in=True, starts_at=NINE - dt.timedelta(minutes=minutes), **fields)


def lane(browser: Client, key: str) -> list[Appointment]:
    """Whom a lane shows."""
    context = browser.get(address("board")).context
    lanes = {each.key: each for each in [*context["lanes"], context["done"]]}
    return [card.row for card in lanes[key].cards]


def press(browser: Client, row: Appointment, step: str) -> str:
    """Press a button of a card; the page that follows."""
    answer = browser.post(address("step", row.pk, step))
    assert (answer.status_code, answer.url) == (303, address("board", at=row.shopfront.slug))
    row.refresh_from_db()
    return browser.get(answer.url).text


def test_everyone_of_the_day_stands_in_a_lane() -> None:
    browser, me = colleague()
    late, soon = ticket(5), ticket(12)
    due = AppointmentFactory.create(
        counsellor=me,
        status="arrived",
        queued_at=NINE,
        ticket_on=MONDAY,
        ticket_number=90,
        starts_at=at(9, 5),
    )
    later = AppointmentFactory.create(starts_at=at(11))
    AppointmentFactory.create(starts_at=at(9, day=MONDAY + dt.timedelta(days=1)))
    AppointmentFactory.create(starts_at=at(11, 30), status="moved")
    called = ticket(1, called_at=NINE, counsellor=me, desk="2", calls=1)
    talking = ticket(30, status="in_session", counsellor=CounsellorFactory.create(), began_at=at(8, 50))
    done = ticket(60, status="completed")
    gone = AppointmentFactory.create(starts_at=at(7, 30), status="cancelled_by_client")
    assert lane(browser, "waiting") == [due, soon, late]
    assert lane(browser, "called") == [called]
    assert lane(browser, "talking") == [talking]
    assert lane(browser, "later") == [later]
    assert lane(browser, "done") == [gone, done]


def test_a_talk_that_nobody_ended_is_asked_about_on_the_board() -> None:
    browser, me = colleague()
    old = AppointmentFactory.create(
        starts_at=at(16, day=MONDAY - dt.timedelta(days=3)),
        status="in_session",
        counsellor=me,
        began_at=at(16, day=MONDAY - dt.timedelta(days=3)),
    )
    assert lane(browser, "talking") == []
    assert [one.row for one in browser.get(address("board")).context["left_open"]] == [old]


def test_a_card_says_what_colleagues_need_and_no_note() -> None:
    browser, _me = colleague()
    row = ticket(12, name="Nina P.", note_sealed=b"secret")
    page = browser.get(address("board")).text
    assert row.ticket in page
    assert "Nina P." in page
    assert "12\u00a0min" in page
    assert "română" in page.lower()
    assert "secret" not in page


def test_the_board_asks_as_often_for_ten_as_for_one() -> None:
    browser, _me = colleague()
    ticket()
    AppointmentFactory.create(starts_at=at(11))
    few = queries(browser, address("board"))
    for number in range(9):
        ticket(number)
        AppointmentFactory.create(starts_at=at(11, number))
    assert queries(browser, address("board")) == few <= 16


def test_call_next_calls_to_the_desk_and_remembers_it() -> None:
    browser, me = colleague()
    first = ticket(10)
    ticket(5)
    answer = browser.post(address("call_next"), {"number": " 2 "}, follow=True)
    first.refresh_from_db()
    assert (first.counsellor, first.desk, first.called_at) == (me, "2", NINE)
    assert first.ticket in answer.text
    assert answer.context["number_form"].initial["number"] == "2"


def test_call_next_says_why_it_calls_nobody() -> None:
    browser, _me = colleague()
    nobody = browser.post(address("call_next"), {"number": "2"}, follow=True)
    assert [message.level_tag for message in nobody.context["messages"]] == ["info"]
    waiting = ticket(3)
    empty = browser.post(address("call_next"), {"number": ""}, follow=True)
    waiting.refresh_from_db()
    assert waiting.called_at is None
    assert "panel--gold" in empty.text
    browser.post(address("call_next"), {"number": "2"})
    other = ticket(2)
    again = browser.post(address("call_next"), {"number": "2"}, follow=True)
    other.refresh_from_db()
    assert other.called_at is None
    assert "panel--gold" in again.text


def test_who_takes_nobody_is_told_whom_to_ask_and_calls_nobody() -> None:
    shopfront()
    browser = browser_of(RoleFactory.create(role=Role.COUNSELLOR))
    waiting = ticket(3)
    assert 'id="call-next"' not in browser.get(address("board")).text
    assert "panel--gold" in browser.get(address("board")).text
    browser.post(address("call_next"), {"number": "2"})
    waiting.refresh_from_db()
    assert waiting.called_at is None
    assert address("counsellor_add") in manager().get(address("board")).text


def test_a_ticket_goes_all_the_way(clock: time_machine.Traveller) -> None:
    browser, me = colleague()
    row = ticket(3)
    browser.post(address("call_next"), {"number": "2"})
    press(browser, row, "recall")
    assert row.calls == 2
    press(browser, row, "back")
    assert (row.called_at, row.counsellor) == (None, None)
    browser.post(address("call_next"), {"number": "2"})
    press(browser, row, "begin")
    assert (row.status, row.counsellor) == (Status.IN_SESSION, me)
    press(browser, row, "end")
    assert row.status == Status.COMPLETED
    assert lane(browser, "done") == [row]


def test_who_was_not_there_may_come_after_all() -> None:
    browser, _me = colleague()
    row = ticket(3)
    browser.post(address("call_next"), {"number": "2"})
    press(browser, row, "absent")
    assert row.status == Status.NO_SHOW
    press(browser, row, "arrived")
    assert (row.status, row.called_at) == (Status.ARRIVED, None)


def test_an_arrival_noted_by_mistake_is_taken_back() -> None:
    browser, me = colleague()
    row = AppointmentFactory.create(counsellor=me, starts_at=at(10))
    press(browser, row, "arrived")
    assert (row.status, row.ticket) == (Status.ARRIVED, "C-001")
    press(browser, row, "expected")
    assert (row.status, row.queued_at) == (Status.BOOKED, None)
    press(browser, row, "arrived")
    assert row.ticket == "C-001"  # the number stays theirs


def test_a_step_that_someone_else_took_is_told_calmly() -> None:
    browser, me = colleague()
    row = AppointmentFactory.create(counsellor=me, starts_at=at(10))
    actions.cancel_appointment(appointment=row, by=Actor.client())
    page = press(browser, row, "arrived")
    assert row.status == Status.CANCELLED_BY_CLIENT
    assert "panel--gold" in page
    assert "panel--gold" in press(browser, row, "no-such-step")


def test_two_talks_at_once_are_refused_in_words() -> None:
    browser, me = colleague()
    ticket(9, status="in_session", counsellor=me, began_at=at(8, 55))
    row = ticket(3)
    page = press(browser, row, "begin")
    assert row.status == Status.ARRIVED
    assert "panel--gold" in page


def test_nobody_begins_the_talk_of_another() -> None:
    browser, _me = colleague()
    other = CounsellorFactory.create()
    called = ticket(3, counsellor=other, called_at=NINE, desk="1")
    press(browser, called, "begin")
    assert called.status == Status.ARRIVED
    booked = AppointmentFactory.create(
        counsellor=other, status="arrived", queued_at=NINE, ticket_on=MONDAY, ticket_number=91
    )
    press(browser, booked, "begin")
    assert booked.status == Status.ARRIVED


def test_steps_are_logged_with_who_took_them() -> None:
    browser, me = colleague()
    row = AppointmentFactory.create(counsellor=me, starts_at=at(10))
    press(browser, row, "arrived")
    step = AppointmentStep.objects.get(appointment=row)
    assert (step.old, step.new, step.by, step.actor) == ("booked", "arrived", "staff", me.user)


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize("kind", ["booked", "walk_in"])
@pytest.mark.parametrize("is_called", [False, True])
def test_no_button_is_drawn_that_the_table_refuses(status: str, kind: str, is_called: bool) -> None:
    me = Counsellor(pk=uuid.uuid4())
    called_at = NINE if is_called else None
    row = Appointment(status=status, kind=kind, starts_at=NINE, called_at=called_at, shopfront=ShopFront())
    targets = {
        Step.ARRIVED: Status.ARRIVED,
        Step.EXPECTED: Status.BOOKED,
        Step.BEGIN: Status.IN_SESSION,
        Step.ABSENT: Status.NO_SHOW,
        Step.END: Status.COMPLETED,
    }
    for step in legal_steps(row, me, NINE):
        if step in targets:
            assert targets[step] in STEPS[Status(status)], (status, step)
        else:
            assert status in (Status.ARRIVED, Status.IN_SESSION)


def test_without_a_row_of_ones_own_no_talk_is_begun() -> None:
    row = Appointment(status=Status.ARRIVED, kind="walk_in", starts_at=NINE, shopfront=ShopFront())
    assert Step.BEGIN not in legal_steps(row, None, NINE)
    assert Step.BEGIN in legal_steps(row, Counsellor(pk=uuid.uuid4()), NINE)


def test_an_open_board_is_redrawn_only_when_it_looks_different(clock: time_machine.Traveller) -> None:
    browser, _me = colleague()
    row = ticket(3)
    seen = browser.get(address("board")).context["seen"]
    assert browser.get(address("lanes", seen=seen)).status_code == 204
    press(browser, row, "absent")
    changed = browser.get(address("lanes", seen=seen))
    assert changed.status_code == 200
    assert "<html" not in changed.text
    assert 'id="lanes"' in changed.text
    assert 'id="done" hx-swap-oob' in changed.text
    clock.move_to(NINE + dt.timedelta(minutes=1))
    assert browser.get(address("lanes", seen=changed.context["seen"])).status_code == 200  # minutes count


def test_lanes_of_nobody_are_empty() -> None:
    assert [each.cards for each in lanes_of([], None, NINE)] == [[]] * 5


def test_a_ticket_is_given_at_the_counter_once_however_often_it_is_sent() -> None:
    browser, me = colleague()
    reason = ReasonFactory.create()
    form = {"reason": reason.key, "language": "ru", "name": " Ilie\u202e ", "ticket_id": str(uuid.uuid4())}
    first, again = browser.post(address("ticket"), form), browser.post(address("ticket"), form)
    given = Appointment.objects.get()
    assert first.status_code == 303
    assert first.url == again.url == address("ticket_given", given.pk)
    assert (given.ticket, given.name, given.language, given.source, given.made_by) == (
        "C-001", "Ilie", "ru", "office", me.user,
    )  # fmt: skip
    page = browser.get(first.url).text
    assert "C-001" in page
    assert "<svg" in page


@pytest.mark.parametrize(
    "wrong", [{"reason": "no-such"}, {"language": "xx"}, {"ticket_id": "x"}, {"name": "x" * 81}]
)
def test_a_wrong_ticket_form_says_so(wrong: dict[str, str]) -> None:
    browser, _me = colleague()
    good = {"reason": ReasonFactory.create().key, "language": "ro", "ticket_id": str(uuid.uuid4())}
    answer = browser.post(address("ticket"), good | wrong)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, list(wrong))
    assert not Appointment.objects.exists()


def test_a_reason_that_is_never_face_to_face_gives_no_ticket() -> None:
    browser, _me = colleague()
    ReasonFactory.create(key="by-phone", modes=["phone"])
    assert "by-phone" not in browser.get(address("ticket")).text


def test_a_booking_that_has_not_come_has_no_ticket_page() -> None:
    browser, _me = colleague()
    assert browser.get(address("ticket_given", AppointmentFactory.create().pk)).status_code == 404
