"""Someone in danger says how they may be reached: the form asks, messages obey, colleagues read it first."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.db import IntegrityError
from django.forms.utils import ErrorDict
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from accounts.personal_data import parts
from counselling import actions, conflicts, tasks
from counselling.actors import Actor
from counselling.journey import write_slot
from counselling.models import Appointment, Reason, Shift, WaitingEntry
from counselling.safety import Safety
from notifications.models import Delivery
from tests.counselling import desk
from tests.counselling.conftest import FRIDAY, PENSIONS, Booking
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.counselling import AppointmentFactory, ReasonFactory, at
from tests.factories.notifications import ContactFactory
from tests.factories.services import ServiceFactory

pytestmark = pytest.mark.django_db
SAYS = {"if_another_answers": "Spuneți că e de la bibliotecă", "best_hour": "marți, 9–11"}
SAFETY = Safety("sms", SAYS["if_another_answers"], SAYS["best_hour"])


@pytest.fixture(autouse=True)
def sms_service(settings: Any) -> None:
    """SMS can be sent."""
    settings.SMS_GATEWAY_URL = "https://gateway.example/send"


@pytest.fixture
def danger(db: None) -> Reason:
    """A sensitive reason, with reminders."""
    return ReasonFactory.create(is_sensitive=True)


@pytest.fixture
def sensitive(booking: Booking, danger: Reason) -> Booking:
    """A visitor who books for it, and has held a time."""
    found = Booking(booking.browser, danger.number)
    assert found.hold().status_code == 303
    return found


def ways() -> set[str]:
    """By which ways messages are planned or were sent."""
    rows = Delivery.objects.filter(notification__kind__startswith="counselling.").exclude(
        notification__kind__startswith="counselling.roster"
    )
    return set(rows.values_list("channel", flat=True))


def test_an_ordinary_form_does_not_ask(booking: Booking) -> None:
    booking.hold()
    page = booking.browser.get(booking.contact).content.decode()
    assert "safe_contact" not in page
    assert 'autocomplete="name"' in page
    assert booking.book().status_code == 303
    assert Appointment.objects.get().safe_contact == ""


def refused(booking: Booking, **typed: str) -> ErrorDict:
    """What the form says of what was typed: about danger on the page to which the answer leads.

    Chromium writes a form that was answered by a page into its session file (seen in `Sessions/Session_*`).
    """
    answer = booking.book(**typed)
    assert (answer.status_code, answer.url) == (303, booking.contact)
    page = booking.browser.get(answer.url)
    assert all(text in page.content.decode() for text in typed.values())
    errors: ErrorDict = page.context["form"].errors
    return errors


def test_the_form_asks_and_no_browser_fills_it_in(sensitive: Booking) -> None:
    page = sensitive.browser.get(sensitive.contact).content.decode()
    main = page[page.index("<main") :]
    for name in ("safe_contact", "if_another_answers", "best_hour"):
        assert f'name="{name}"' in main
    assert 'novalidate autocomplete="off"' in main
    assert 'autocomplete="name"' not in main
    assert 'autocomplete="email"' not in main
    assert "safe_contact" in refused(sensitive)


def test_pages_of_its_topics_lead_to_the_talk(client: Client, danger: Reason, shift: Shift) -> None:
    service = ServiceFactory.create(category__is_sensitive=True)
    danger.categories.add(service.category)
    way = f'href="{reverse("counselling:book_how", args=["any", danger.number])}"'
    for page in (service.get_absolute_url(), service.category.get_absolute_url()):
        assert way in client.get(page).content.decode()


def test_above_a_form_one_line_stands_open_and_the_others_behind_it(sensitive: Booking) -> None:
    page = sensitive.browser.get(sensitive.contact).content.decode()
    open_part, _summary, others = page.partition("<main")[2].partition("<details")
    assert open_part.count("tel:") == 2 + 1  # 112, and both numbers of the first line
    assert "tel:" in others.partition("</details>")[0]


def test_a_time_that_went_meanwhile_is_said_behind_a_redirection(
    sensitive: Booking, pensions: Reason
) -> None:
    browser, first = sensitive.browser, Appointment.objects.get()
    Booking(browser, pensions.number).hold(sensitive.slots()[-1])  # in another tab; the first time is let go
    Booking(Client(), pensions.number).hold(write_slot(first.starts_at, "cahul"))
    answer = sensitive.book(hold=str(first.pk), safe_contact="yes", name="Elena")
    assert (answer.status_code, answer.url.split("?")[0]) == (303, sensitive.times)
    assert "Ce ați scris s-a păstrat." in browser.get(answer.url).content.decode()
    sensitive.hold()
    assert browser.get(sensitive.contact).context["form"]["name"].value() == "Elena"
    assert "Ce ați scris s-a păstrat." not in browser.get(answer.url).content.decode()


def test_the_answer_is_kept_and_what_was_written_is_sealed(sensitive: Booking) -> None:
    assert sensitive.book(safe_contact="sms", contact="069 123 456", **SAYS).status_code == 303
    row = Appointment.objects.get()
    assert Safety.of(row) == SAFETY
    assert "bibliotec" not in str(bytes(row.safety_sealed))


@pytest.mark.parametrize(
    ("answer", "contact", "expected"),
    [
        ("yes", "elena@example.com", {"email"}),
        ("yes", "069 123 456", {"sms"}),
        ("sms", "069 123 456", {"sms"}),
        ("no", "elena@example.com", set()),
        ("no", "069 123 456", set()),
        ("no", "", set()),
    ],
)
def test_messages_go_only_where_it_is_safe(
    sensitive: Booking, answer: str, contact: str, expected: set[str]
) -> None:
    assert sensitive.book(safe_contact=answer, contact=contact).status_code == 303
    row = Appointment.objects.get()
    assert ways() == expected
    actions.cancel_appointment(appointment=row, by=Actor.staff(UserFactory.create()), reason="x")
    assert ways() == expected


@pytest.mark.parametrize(("answer", "expected"), [("yes", {"email", "in_app"}), ("no", {"in_app"})])
def test_a_member_reads_on_the_site_what_may_not_be_sent(
    sensitive: Booking, answer: str, expected: set[str]
) -> None:
    sign_in(sensitive.browser, UserFactory.create())
    assert sensitive.book(safe_contact=answer).status_code == 303
    assert ways() == expected


def test_the_page_after_it_does_not_say_that_a_message_was_sent(sensitive: Booking) -> None:
    done = sensitive.book(safe_contact="no", contact="elena@example.com")
    page = sensitive.browser.get(done.url).content.decode()
    assert "nu vă scriem și nu vă sunăm" in page
    assert "V-am trimis" not in page


def test_only_an_sms_needs_a_number(sensitive: Booking) -> None:
    assert "contact" in refused(sensitive, safe_contact="sms", contact="elena@example.com")


def test_whom_nobody_may_call_is_not_booked_for_a_call(booking: Booking, danger: Reason) -> None:
    called = Booking(booking.browser, danger.number)
    called.chosen["mode"] = "phone"
    called.hold()
    page = called.browser.get(called.contact)
    assert "no" not in dict(page.context["form"].fields["safe_contact"].choices)
    assert f'href="{reverse("counselling:book_how", args=["any", danger.number])}"' in page.content.decode()
    assert "safe_contact" in refused(called, safe_contact="no", contact="069 123 456")
    assert called.book(safe_contact="sms", contact="069 123 456").status_code == 303


def test_the_waiting_list_asks_too_and_obeys(booking: Booking, danger: Reason) -> None:
    address = reverse("counselling:waiting_join", args=["cahul", danger.number])
    query = {"language": "ro", "mode": "in_person"}
    page = booking.browser.get(address, query).content.decode()
    assert 'value="sms"' in page
    assert 'value="no"' not in page
    form = query | {"weekdays": ["1"], "until_on": "2027-03-31", "name": "Elena", "contact": "069 123 456"}
    form |= {"wants_messages": "on"}
    for wrong in (form, form | {"safe_contact": "no"}):
        shown = booking.browser.get(booking.browser.post(address, wrong).url)
        assert "safe_contact" in shown.context["form"].errors
        kept = shown.context["form"].data
        assert (kept["name"], kept["weekdays"], kept["until_on"]) == ("Elena", ["1"], "2027-03-31")
    assert booking.browser.post(address, form | {"safe_contact": "sms"} | SAYS).status_code == 303
    assert Safety.of(WaitingEntry.objects.get()) == SAFETY
    assert ways() == {"sms"}


def test_a_place_from_the_list_and_a_move_take_the_answer_along(booking: Booking, danger: Reason) -> None:
    first = Booking(booking.browser, danger.number)
    freed = first.whole(safe_contact="yes")
    address = reverse("counselling:waiting_join", args=["cahul", danger.number])
    form = first.chosen | {"weekdays": ["1"], "until_on": "2027-03-31", "name": "Elena", **SAYS}
    form |= {"wants_messages": "on", "contact": "069 123 456", "safe_contact": "sms"}
    assert booking.browser.post(address, form).status_code == 303
    actions.cancel_appointment(appointment=freed, by=Actor.client())
    taken = actions.take_offer(offer=WaitingEntry.objects.get().offers.get())
    assert Safety.of(taken) == SAFETY
    choice = actions.Choice(danger, taken.shopfront, at(11), "in_person", "ro")
    moved = actions.move_appointment(
        appointment=taken, choice=choice, candidates=(taken.counsellor_id,), by=Actor.client()
    )
    assert Safety.of(moved) == SAFETY


def held_row(reason: Reason, **fields: object) -> Appointment:
    """A booking of someone who wants no calls."""
    given = {"safe_contact": "no", "safety_sealed": SAFETY.sealed(), "contact": ContactFactory.create()}
    return AppointmentFactory.create(reason=reason, **(given | fields))


def test_colleagues_see_it_before_the_number(friday: None, danger: Reason) -> None:
    browser, counsellor = desk.colleague()
    row = held_row(danger, counsellor=counsellor)
    for name in ("appointment", "move"):
        page = browser.get(desk.address(name, row.pk)).content.decode()
        main = page[page.index("<main") :]
        assert "Nu sunați, nu scrieți" in main
        assert SAYS["if_another_answers"] in main
        assert SAYS["best_hour"] in main
        assert main.index("Nu sunați, nu scrieți") < main.index(row.reason.name)
        if row.contact.email in main:
            assert main.index("Nu sunați, nu scrieți") < main.index(row.contact.email)


def test_cards_conflicts_and_lists_of_calls_show_it(monday: None, danger: Reason) -> None:
    browser, counsellor = desk.colleague(role=Role.MANAGER)
    row = held_row(danger, counsellor=counsellor, starts_at=at(15))
    assert [found.appointment for found in conflicts.find()] == [row]
    WaitingEntry.objects.create(
        reason=danger, shopfront=row.shopfront, language="ro", until_on=at(9).date(), contact=row.contact,
        person_key="x", safe_contact="sms",
    )  # fmt: skip
    pages = {
        "board": "nu sunați, nu scrieți",
        "conflicts": "nu sunați, nu scrieți",
        "waiting_list": "doar un SMS neutru, nu sunați",
    }
    for name, words in pages.items():
        assert words in browser.get(desk.address(name)).content.decode()
    day = browser.get(desk.address("cancel_day", 2027, 3, 1)).content.decode()
    assert "nu sunați, nu scrieți" in day


def test_who_books_for_a_caller_asks(friday: None, danger: Reason) -> None:
    browser, _counsellor = desk.colleague()
    form = {
        "reason": danger.key, "shopfront": "cahul", "language": "ro", "mode": "in_person", "name": "Elena",
        "phone": "069 123 456", "agrees": "on", "time": at(10).isoformat(),
    }  # fmt: skip
    answer = browser.post(desk.address("book"), form)
    assert answer.status_code == 422
    assert "safe_contact" in answer.context["caller"].errors
    assert browser.post(desk.address("book"), form | {"safe_contact": "no"} | SAYS).status_code == 303
    row = Appointment.objects.get()
    assert (row.safe_contact, Safety.of(row).best_hour) == ("no", SAYS["best_hour"])
    assert not ways()


def test_half_a_year_after_it_nothing_of_it_is_left(danger: Reason) -> None:
    row = held_row(danger, name="", status="completed")
    with time_machine.travel(at(9, day=FRIDAY.replace(month=10)), tick=False):
        tasks.forget_people()
    row.refresh_from_db()
    assert (row.safe_contact, row.safety_sealed) == ("", None)


def test_it_is_handed_out_and_erased(danger: Reason) -> None:
    user = UserFactory.create()
    row = held_row(danger, member=user)
    [part] = [part for part in parts() if part.model is Appointment]
    [found] = part.rows(user)  # type: ignore[misc]
    assert found["say_if_another_answers"] == SAYS["if_another_answers"]
    assert found["best_hour"] == SAYS["best_hour"]
    part.erase(user)  # type: ignore[misc]
    row.refresh_from_db()
    assert (row.safe_contact, row.safety_sealed) == ("", None)


@pytest.mark.parametrize("answer", ["yes", "sms", "no", ""])
def test_the_database_takes_an_answer_that_messages_obey(danger: Reason, answer: str) -> None:
    assert held_row(danger, safe_contact=answer).safe_contact == answer


def test_the_database_refuses_another_answer(danger: Reason) -> None:
    with pytest.raises(IntegrityError, match="safe_contact_known"):
        held_row(danger, safe_contact="may")


def test_a_trap_that_was_filled_in_says_so_and_comes_back_empty(booking: Booking) -> None:
    booking.hold()
    answer = booking.book(nx_blank="https://facebook.com/nina")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "un câmp pe care oamenii nu îl văd" in page
    assert "facebook" not in page
    assert booking.book().status_code == 303
    assert Appointment.objects.get().reason.number == PENSIONS


def test_numbers_to_call_stand_on_every_page_of_such_a_booking(booking: Booking, danger: Reason) -> None:
    sensitive = Booking(booking.browser, danger.number)
    pages = [
        sensitive.browser.get(reverse("counselling:book_how", args=["cahul", danger.number])),
        sensitive.page(),
    ]
    sensitive.hold()
    pages.append(sensitive.browser.get(sensitive.contact))
    assert "safe_contact" in refused(sensitive)
    pages.append(sensitive.browser.get(sensitive.contact))
    done = sensitive.book(safe_contact="yes")
    pages.append(sensitive.browser.get(done.url))
    for page in pages:
        main = page.content.decode().split("<main")[1]
        assert 'href="tel:112"' in main
        assert "data-leave" in page.content.decode()
    with time_machine.travel(at(9, day=FRIDAY), tick=False):  # whoever opens the link later learns nothing
        later = sensitive.browser.get(done.url).content.decode()
    assert 'href="tel:112"' not in later.split("<main")[1]
    assert "data-leave" not in later
