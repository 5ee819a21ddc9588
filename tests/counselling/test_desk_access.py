"""Who gets which page of the desk, where, and by which verb."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from counselling.models import TimeOff
from tests.counselling.desk import NOBODY, address, browser_of, colleague, manager, manager_of, member
from tests.factories.accounts import AdministratorFactory, RoleFactory, sign_in
from tests.factories.counselling import AppointmentFactory, TimeOffFactory, at, shopfront
from tests.factories.shopfronts import ShopFrontFactory

pytestmark = pytest.mark.django_db
PAGES = ("board", "lanes", "ticket", "book", "times", "waiting_list", "time_off", "feed")
MANAGERS = ("conflicts", "roster", "shift_add", "counsellor_add", "devices")
VERBS = ("call_next", "feed_revoke")
VERBS_OF_ONE = ("shift_end", "time_off_remove", "device_revoke", "waiting_remove", "cancel")
ONES = ("appointment", "booked", "move", "move_times", "ticket_given", "shift", "counsellor")


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    """Eight in the morning."""
    with time_machine.travel(at(8), tick=False):
        yield


@pytest.mark.parametrize("name", [*PAGES, *MANAGERS])
def test_pages_are_for_colleagues_alone(name: str) -> None:
    counsellor, _row = colleague()
    assert Client().get(address(name)).status_code == 302
    assert member().get(address(name)).status_code == 403
    assert browser_of(RoleFactory.create(role=Role.CURATOR)).get(address(name)).status_code == 403
    assert counsellor.get(address(name)).status_code == (403 if name in MANAGERS else 200)
    answer = manager().get(address(name))
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", [*PAGES, *MANAGERS])
def test_a_colleague_without_a_second_factor_is_sent_to_it(name: str) -> None:
    shopfront()
    browser = Client()
    sign_in(browser, RoleFactory.create(role=Role.MANAGER), second_factor=False)
    answer = browser.get(address(name))
    assert (answer.status_code, "second-factor" in answer.url) == (302, True)


@pytest.mark.parametrize(
    "name", ["board", "lanes", "ticket", "book", "waiting_list", "time_off", "roster", "devices"]
)
def test_a_foreign_shop_front_is_not_there(name: str) -> None:
    browser = manager()
    ShopFrontFactory.create(slug="edinet")
    assert browser.get(address(name, at="edinet")).status_code == 404
    assert browser.get(address(name, at="no-such")).status_code == 404
    assert browser.get(address(name, at="cahul")).status_code == 200


def test_an_administrator_without_a_role_works_nowhere() -> None:
    shopfront()
    browser = browser_of(AdministratorFactory.create())
    assert browser.get(address("board")).status_code == 403
    assert browser.get(address("roster", at="cahul")).status_code == 403
    assert not browser.get(reverse("accounts:my_account")).context["works_at_desk"]


def test_a_manager_of_two_is_at_home_in_both() -> None:
    shopfront()
    ShopFrontFactory.create(slug="edinet")
    browser = manager_of("cahul", "edinet")
    assert browser.get(address("board", at="edinet")).status_code == 200
    assert browser.get(address("roster", at="edinet")).status_code == 200


def test_the_chosen_shop_front_is_remembered() -> None:
    shopfront()
    other = ShopFrontFactory.create(slug="edinet", name_ro="Edineț")
    browser = manager_of("cahul", "edinet")
    browser.get(address("board", at="edinet"))
    assert browser.get(address("board")).context["desk"].shopfront == other


@pytest.mark.parametrize("name", VERBS)
def test_verbs_are_posted(name: str) -> None:
    browser, _counsellor = colleague()
    assert browser.get(address(name)).status_code == 405
    assert Client().post(address(name)).status_code == 302
    assert member().post(address(name)).status_code == 403


@pytest.mark.parametrize("name", VERBS_OF_ONE)
def test_verbs_on_one_thing_are_posted(name: str) -> None:
    browser = manager()
    assert browser.get(address(name, NOBODY)).status_code == 405
    assert browser.post(address(name, NOBODY)).status_code == 404
    assert Client().post(address(name, NOBODY)).status_code == 302
    assert member().post(address(name, NOBODY)).status_code == 403


@pytest.mark.parametrize("name", ONES)
def test_what_is_not_there_is_not_found(name: str) -> None:
    assert manager().get(address(name, NOBODY)).status_code == 404


@pytest.mark.parametrize("name", ["appointment", "booked", "move", "move_times", "ticket_given"])
def test_an_appointment_of_a_foreign_shop_front_is_not_there(name: str) -> None:
    browser, _counsellor = colleague()
    elsewhere = AppointmentFactory.create(
        shopfront=ShopFrontFactory.create(slug="edinet"), ticket_number=3, ticket_on=at(9).date()
    )
    assert browser.get(address(name, elsewhere.pk)).status_code == 404
    assert browser.post(address("cancel", elsewhere.pk), {"why": "x"}).status_code == 404
    assert browser.post(address("step", elsewhere.pk, "arrived")).status_code == 404


def test_a_hold_of_a_visitor_is_not_there() -> None:
    browser, _counsellor = colleague()
    assert browser.get(address("appointment", AppointmentFactory.create(held=True).pk)).status_code == 404


def test_an_open_board_whose_session_is_over_is_loaded_anew() -> None:
    shopfront()
    answer = Client().get(address("lanes"), headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Refresh"], answer.content) == (200, "true", b"")


def test_a_counsellor_removes_no_time_off_of_others() -> None:
    browser, _counsellor = colleague()
    foreign = TimeOffFactory.create()
    assert browser.post(address("time_off_remove", foreign.pk)).status_code == 404
    assert TimeOff.objects.filter(pk=foreign.pk).exists()


def test_reading_changes_nothing() -> None:
    browser, counsellor = colleague(Role.MANAGER)
    row = AppointmentFactory.create(counsellor=counsellor)
    before = type(row).objects.values().get(pk=row.pk)
    for name in (*PAGES, *MANAGERS):
        browser.get(address(name))
    for name in ("appointment", "booked", "move", "move_times"):
        browser.get(address(name, row.pk))
    assert type(row).objects.values().get(pk=row.pk) == before
