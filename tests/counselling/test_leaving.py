"""Who leaves takes no bookings from that moment; what they have becomes conflicts, and somebody is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from accounts import actions as people
from accounts.models import Role, User
from counselling import actions, availability, conflicts
from counselling.conflicts import Why
from counselling.models import Appointment, Counsellor
from notifications.models import Notification
from tests.counselling.desk import address, colleague
from tests.factories.accounts import AdministratorFactory, RoleFactory
from tests.factories.counselling import (
    MONDAY,
    AppointmentFactory,
    CounsellorFactory,
    ReasonFactory,
    ShiftFactory,
    at,
)
from tests.factories.shopfronts import ShopFrontFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
NEXT = MONDAY + dt.timedelta(days=7)


@pytest.fixture
def chief() -> User:
    """Administers the product."""
    return AdministratorFactory.create()


@pytest.fixture
def booked() -> Appointment:
    """At ten on the next Monday, within the shift."""
    shift = ShiftFactory.create()
    return AppointmentFactory.create(
        counsellor=shift.counsellor,
        shopfront=shift.shopfront,
        starts_at=at(10, day=NEXT),
        reason__key="pensions",
    )


def loses_the_role(user: User, chief: User) -> None:
    """Taken away."""
    people.remove_role(grant=user.grants.get(), by=chief, reason="left")


def is_shut(user: User, chief: User) -> None:
    """The whole account."""
    people.shut_account(user=user, by=chief, reason="left")


def works_elsewhere(user: User, chief: User) -> None:
    """The role is bound to another shop-front."""
    ShopFrontFactory.create(slug="edinet")
    people.bind_role(grant=user.grants.get(), scopes={"shopfront": ["edinet"]}, by=chief, reason="moved")


def is_erased(user: User, chief: User) -> None:
    """By themselves."""
    people.erase_user(user=user, reason="by the person")


Leave = Callable[[User, User], None]
LEAVING: list[Leave] = [loses_the_role, is_shut, works_elsewhere, is_erased]


@pytest.mark.parametrize("leave", LEAVING)
def test_nothing_of_theirs_is_offered_or_can_be_booked(
    leave: Leave, booked: Appointment, chief: User
) -> None:
    reason = ReasonFactory.create()
    wish = availability.Wish(reason=reason, language="ro")
    there = availability.find(wish)
    assert there
    chosen = actions.Choice(
        reason=reason,
        shopfront=booked.shopfront,
        starts_at=there[0].starts_at,
        language="ro",
        mode="in_person",
    )
    leave(booked.counsellor.user, chief)
    assert availability.find(wish) == []
    assert actions.everyone_at(choice=chosen) == ()


@pytest.mark.parametrize("leave", LEAVING)
def test_what_they_have_becomes_conflicts_and_the_manager_is_told(
    leave: Leave, booked: Appointment, chief: User
) -> None:
    manager = RoleFactory.create(role=Role.MANAGER)
    Appointment.objects.filter(pk=booked.pk).update(override_reason="flies on Sunday")
    assert conflicts.find() == []
    leave(booked.counsellor.user, chief)
    assert [(each.appointment, each.why) for each in conflicts.find()] == [(booked, Why.GONE)]
    told = Notification.objects.filter(kind__startswith="counselling.")
    assert [(row.user, row.kind) for row in told] == [(manager, "counselling.conflicts")]
    booked.refresh_from_db()
    assert booked.status == "booked"


def test_where_there_is_no_manager_the_administrators_are_told(booked: Appointment, chief: User) -> None:
    other = AdministratorFactory.create()
    AdministratorFactory.create(is_active=False)
    people.shut_account(user=RoleFactory.create(role=Role.MANAGER), by=chief, reason="left")
    loses_the_role(booked.counsellor.user, chief)
    told = Notification.objects.filter(kind="counselling.no_manager")
    assert {row.user for row in told} == {chief, other}
    assert told[0].context == {"count": 1, "place": "cahul"}


@pytest.mark.parametrize("leave", [loses_the_role, is_shut, is_erased])
def test_their_calendar_ends_for_good(leave: Leave, booked: Appointment, chief: User, client: Client) -> None:
    token = actions.renew_feed(counsellor=booked.counsellor)
    assert client.get(f"/calendars/{token}.ics").status_code == 200
    leave(booked.counsellor.user, chief)
    assert client.get(f"/calendars/{token}.ics").status_code == 404
    assert Counsellor.objects.get(pk=booked.counsellor.pk).feed_token_hash == ""


def test_who_is_bound_to_two_places_stays_at_the_other(booked: Appointment, chief: User) -> None:
    elsewhere = ShiftFactory.create(
        counsellor=booked.counsellor, shopfront=ShopFrontFactory.create(slug="edinet"), weekday=2
    )
    grant = booked.counsellor.user.grants.get()
    people.bind_role(grant=grant, scopes={"shopfront": ["edinet"]}, by=chief, reason="moved")
    found = availability.find(availability.Wish(reason=booked.reason, language="ro"))
    assert {slot.place for slot in found} == {elsewhere.shopfront.pk}


def test_a_role_that_is_given_back_brings_everything_back(booked: Appointment, chief: User) -> None:
    user = booked.counsellor.user
    loses_the_role(user, chief)
    people.grant_role(
        user=user, role=Role.COUNSELLOR, scopes={"shopfront": ["cahul"]}, by=chief, reason="back"
    )
    assert conflicts.find() == []
    assert availability.find(availability.Wish(reason=booked.reason, language="ro"))


@pytest.mark.parametrize(
    ("who", "said"),
    [("manager", "Șef"), ("administrator", "administrator"), ("nobody", "Nu am avut pe cine")],
)
def test_the_sentence_says_who_is_told(who: str, said: str) -> None:
    browser, me = colleague()
    if who == "manager":
        RoleFactory.create(role=Role.MANAGER)
    if who == "administrator":
        AdministratorFactory.create()
    AppointmentFactory.create(counsellor=me, starts_at=at(10, day=NEXT))
    answer = browser.post(address("time_off"), {"from_on": NEXT.isoformat(), "until_on": NEXT.isoformat()})
    assert answer.status_code == 303, answer.context["form"].errors
    assert said in " ".join(str(one) for one in get_messages(answer.wsgi_request))


def test_a_colleague_without_a_counsellors_row_leaves_without_a_word(chief: User) -> None:
    CounsellorFactory.create()
    loses_the_role(RoleFactory.create(role=Role.ANALYST), chief)
    assert not Notification.objects.filter(kind__startswith="counselling.").exists()
