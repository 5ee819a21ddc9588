"""Pages of bookings, of the desk and of the waiting room: who gets what, with which verb; places one has no right to."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from accounts.actions.roles import grant_role
from accounts.models import Role, User
from counselling import tokens
from counselling.actions import add_device, renew_feed
from counselling.models import Appointment, Device
from counselling.tokens import Purpose
from tests.factories.accounts import AdministratorFactory, CuratorFactory, RoleFactory, UserFactory, sign_in
from tests.factories.counselling import (
    AppointmentFactory,
    CounsellorFactory,
    ReasonFactory,
    ShiftFactory,
    TimeOffFactory,
    at,
)
from tests.factories.shopfronts import ShopFrontFactory

pytestmark = pytest.mark.django_db
TOKEN = "no-such-token"
LANGUAGES = ("ro", "ru", "en")
PEOPLE = (
    "visitor",
    "member",
    "curator",
    "superuser",
    "counsellor",
    "manager",
    "stranger",
)  # the last: a counsellor elsewhere

# Bookings: the same for everyone; GET, POST without a form. What a token opens is in tests/counselling.
OPEN: dict[str, tuple[list[Any], int, int]] = {
    "counselling:book_times": (["cahul", 7], 302, 302),
    "counselling:book_contact": (
        [],
        200,
        303,
    ),  # what names no hold may have been about danger: no page answers
    "counselling:book_proof": ([], 302, 302),
    "counselling:book_release": ([], 405, 303),
    "counselling:appointment_find": ([], 200, 422),
    "counselling:waiting_join": (["cahul", 7], 302, 302),
    "counselling:appointment_view": ([TOKEN], 404, 404),
    "counselling:appointment_calendar": ([TOKEN], 404, 405),
    "counselling:appointment_change": ([TOKEN], 404, 404),
    "counselling:appointment_cancel": ([TOKEN], 404, 404),
    "counselling:appointment_confirm": ([TOKEN], 404, 404),
    "short_link": ([TOKEN], 404, 405),
    "counselling:offer": ([TOKEN], 404, 404),
    "counselling:waiting_leave": ([TOKEN], 404, 404),
    "room:kiosk": ([TOKEN], 404, 405),
    "room:kiosk_start": ([TOKEN], 404, 405),
    "room:kiosk_ticket": ([TOKEN], 404, 404),
    "room:kiosk_time": ([TOKEN], 404, 404),
    "room:kiosk_reference": ([TOKEN], 404, 404),
    "room:kiosk_number": ([TOKEN, "x"], 404, 405),
    "room:screen": ([TOKEN], 404, 405),
    "room:screen_state": ([TOKEN], 404, 405),
    "room:place": ([TOKEN], 404, 405),
    "room:place_leave": ([TOKEN], 405, 404),
    "counsellor_feed": ([TOKEN], 404, 405),
}
BOTH, ALL_DESKS, MANAGERS, ACT = (200, 200), (200, 200, 200), (403, 200, 403), (405, 405, 405)
# The desk: GET by counsellor, manager (both of Cahul) and a counsellor of Ungheni; visitors are sent to sign in,
# members and curators refused; the names after "@" say of what the address is.
DESK: dict[str, tuple[str, tuple[int, int, int]]] = {
    "desk:board": ("", ALL_DESKS),
    "desk:lanes": ("", ALL_DESKS),
    "desk:call_next": ("", ACT),
    "desk:ticket": ("", ALL_DESKS),
    "desk:ticket_given": ("walk_in", (200, 200, 404)),
    "desk:book": ("", ALL_DESKS),
    "desk:times": ("", ALL_DESKS),
    "desk:appointment": ("appointment", (200, 200, 404)),
    "desk:booked": ("appointment", (200, 200, 404)),
    "desk:move": ("appointment", (200, 200, 404)),
    "desk:move_times": ("appointment", (200, 200, 404)),
    "desk:cancel": ("appointment", ACT),
    "desk:step": ("step", ACT),
    "desk:conflicts": ("", MANAGERS),
    "desk:cancel_day": ("day", MANAGERS),
    "desk:roster": ("", MANAGERS),
    "desk:shift_add": ("", MANAGERS),
    "desk:shift": ("shift", MANAGERS),
    "desk:shift_end": ("shift", ACT),
    "desk:counsellor_add": ("", MANAGERS),
    "desk:counsellor": ("counsellor", MANAGERS),
    "desk:time_off": ("", ALL_DESKS),
    "desk:time_off_remove": ("time_off", ACT),
    "desk:devices": ("", MANAGERS),
    "desk:device_revoke": ("device", ACT),
    "desk:feed": ("", ALL_DESKS),
    "desk:feed_revoke": ("", ACT),
    "desk:unproved": ("", ALL_DESKS),
    "desk:unproved_free": ("", ACT),
    "desk:waiting_list": ("", ALL_DESKS),
    "desk:waiting_remove": ("waiting", ACT),
}
NAMES = {*OPEN, *DESK, "counselling:my_appointments"}


@pytest.fixture
def things() -> dict[str, list[Any]]:
    """One of each in Cahul, by the name that the table uses, as arguments of an address."""
    ReasonFactory.create(key="pensions", number=7)
    shift = ShiftFactory.create()
    ShopFrontFactory.create(
        slug="ungheni", name_ro="Ungheni", ticket_prefix="U", locality=shift.shopfront.locality
    )
    appointment = AppointmentFactory.create(counsellor=shift.counsellor, starts_at=at(10))
    device, _token = add_device(
        shopfront=shift.shopfront, kind=Device.Kind.KIOSK, label="ușa", by=UserFactory.create()
    )
    pk = "11111111-2222-4333-8444-555555555555"
    return {
        "": [],
        "appointment": [appointment.pk],
        "walk_in": [AppointmentFactory.create(walk_in=True).pk],
        "step": [appointment.pk, "arrive"],
        "day": [2027, 3, 1],
        "shift": [shift.pk],
        "counsellor": [shift.counsellor.pk],
        "time_off": [TimeOffFactory.create(counsellor=shift.counsellor).pk],
        "device": [device.pk],
        "waiting": [pk],
    }


@pytest.fixture
def browsers(things: dict[str, list[Any]]) -> dict[str, Client]:
    """One for each kind of person."""
    stranger = UserFactory.create()
    grant_role(user=stranger, role=Role.COUNSELLOR, scopes={"shopfront": ["ungheni"]}, by=None, reason="test")
    people: dict[str, User | None] = {
        "visitor": None,
        "member": UserFactory.create(),
        "curator": CuratorFactory.create(),
        "counsellor": RoleFactory.create(role=Role.COUNSELLOR),
        "manager": RoleFactory.create(role=Role.MANAGER),
        "stranger": stranger,
        "superuser": AdministratorFactory.create(),  # without a role
    }
    CounsellorFactory.create(user=people["counsellor"])
    found = {}
    for name, person in people.items():
        found[name] = Client()
        if person is not None:
            sign_in(found[name], person)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_bookings_are_open_to_everyone(language: str, browsers: dict[str, Client]) -> None:
    for name, (arguments, read, sent) in OPEN.items():
        address = reverse(name, args=arguments).replace("/ro/", f"/{language}/", 1)
        for browser in (browsers["visitor"], browsers["member"]):
            assert browser.get(address).status_code == read, name
            assert browser.post(address).status_code == sent, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_desk_is_for_those_who_work_there(
    language: str, browsers: dict[str, Client], things: dict[str, list[Any]]
) -> None:
    found, wanted = {}, {}
    for name, (kind, expected) in DESK.items():
        address = reverse(name, args=things[kind]).replace("/ro/", f"/{language}/", 1)
        found[name] = tuple(browsers[who].get(address).status_code for who in PEOPLE)
        wanted[name] = (*((405, 405, 405, 405) if expected == ACT else (302, 403, 403, 403)), *expected)
    assert found == wanted


def test_nobody_else_changes_anything_at_a_desk(
    browsers: dict[str, Client], things: dict[str, list[Any]]
) -> None:
    before = rows()
    for name, (kind, _expected) in DESK.items():
        address = reverse(name, args=things[kind])
        for who in ("visitor", "member", "curator", "superuser"):
            assert browsers[who].post(address).status_code in (302, 403, 405), name
        if things[kind] and kind != "day":
            assert browsers["stranger"].post(address).status_code in (403, 404, 405), name
    assert rows() == before


def test_without_a_second_factor_no_desk_opens(things: dict[str, list[Any]]) -> None:
    person, browser = RoleFactory.create(role=Role.MANAGER), Client()
    sign_in(browser, person, second_factor=False)
    for name, (kind, expected) in DESK.items():
        verb = browser.post if expected == ACT else browser.get
        answer = verb(reverse(name, args=things[kind]))
        assert (answer.status_code, answer.url) == (302, reverse("accounts:second_factor_needed")), name


def test_what_colleagues_see_is_kept_nowhere(
    browsers: dict[str, Client], things: dict[str, list[Any]]
) -> None:
    for name, (kind, expected) in DESK.items():
        if expected != ACT:
            answer = browsers["manager"].get(reverse(name, args=things[kind]))
            assert "no-store" in answer.headers["Cache-Control"], name


def test_my_appointments_are_for_members(browsers: dict[str, Client]) -> None:
    address = reverse("counselling:my_appointments")
    assert browsers["visitor"].get(address).status_code == 302
    assert browsers["member"].get(address).status_code == 200
    assert browsers["member"].post(address).status_code == 405


def rows() -> dict[str, list[Any]]:
    """Everything that counselling and the outbox hold."""
    ours = [model for model in apps.get_models() if model._meta.app_label in ("counselling", "notifications")]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in ours}


def test_reading_changes_no_row(browsers: dict[str, Client], things: dict[str, list[Any]]) -> None:
    appointment = Appointment.objects.get(pk=things["appointment"][0])
    _device, token = add_device(
        shopfront=appointment.shopfront, kind=Device.Kind.SCREEN, label="perete", by=UserFactory.create()
    )
    feed = renew_feed(counsellor=appointment.counsellor)
    before = rows()
    for name, (arguments, _read, _sent) in OPEN.items():
        browsers["member"].get(reverse(name, args=arguments))
    for name, (kind, _expected) in DESK.items():
        browsers["manager"].get(reverse(name, args=things[kind]))
    for name in ("screen", "screen_state"):
        assert browsers["visitor"].get(reverse(f"room:{name}", args=[token])).status_code == 200
    assert browsers["visitor"].get(reverse("counsellor_feed", args=[feed])).status_code == 200
    place = tokens.make(Purpose.QUEUE, things["walk_in"][0])
    assert browsers["visitor"].get(reverse("room:place", args=[place])).status_code == 200
    assert rows() == before
