"""Staff: no page of theirs opens without a second factor, and no session of theirs lasts for ever."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.access import staff_page
from accounts.models import Role, User
from tests.accounts.conftest import Told
from tests.factories.accounts import AdministratorFactory, CuratorFactory, UserFactory, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(told: Told) -> User:
    """Who may open every page of the administration."""
    return AdministratorFactory.create()


def staff_addresses() -> list[str]:
    """Every list and every empty form of the administration, and its front page."""
    names = [f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry]
    return [
        reverse("admin:index"),
        *(reverse(f"admin:{name}_changelist") for name in names),
        *(reverse(f"admin:{name}_add") for name in names),
    ]


def test_every_staff_page_asks_for_a_second_factor(chief: User, client: Client) -> None:
    sign_in(client, chief, second_factor=False)
    addresses = staff_addresses()
    assert len(addresses) > 20
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 302, address
        assert answer.url == reverse("accounts:second_factor_needed"), address


def test_a_session_that_has_not_shown_the_factor_is_asked_for_it(chief: User, client: Client) -> None:
    sign_in(client, chief)
    assert client.get(reverse("admin:index")).status_code == 200
    older = Client()
    sign_in(older, chief, second_factor=False)
    answer = older.get(reverse("admin:index"))
    assert answer.url.startswith(reverse("mfa_reauthenticate"))


def test_there_is_no_second_login_page(client: Client, told: Told) -> None:
    answer = client.get(reverse("admin:login"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))
    sign_in(client, UserFactory.create())
    assert client.get(reverse("admin:login")).status_code == 403


@pytest.mark.parametrize(("minutes", "stays"), [(29, True), (31, False)])
def test_an_idle_session_of_staff_ends(minutes: int, stays: bool, chief: User, client: Client) -> None:
    sign_in(client, chief)
    client.get(reverse("admin:index"))
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=minutes)):
        answer = client.get(reverse("admin:index"))
    assert (answer.status_code == 200) is stays
    if not stays:
        assert "_auth_user_id" not in client.session


def test_a_busy_session_of_staff_ends_after_twelve_hours(chief: User, client: Client) -> None:
    sign_in(client, chief)
    began = timezone.now()
    for minutes in range(0, 12 * 60, 20):
        with time_machine.travel(began + dt.timedelta(minutes=minutes)):
            assert client.get(reverse("accounts:my_account")).status_code == 200, minutes
    with time_machine.travel(began + dt.timedelta(hours=12, minutes=1)):
        assert client.get(reverse("accounts:my_account")).status_code == 302


@pytest.mark.parametrize("asks_by_itself", ["notifications:bell", "desk:lanes"])
def test_a_page_left_open_keeps_nobody_signed_in(chief: User, client: Client, asks_by_itself: str) -> None:
    sign_in(client, chief)
    client.get(reverse("admin:index"))
    began = timezone.now()
    for minutes in range(5, 31, 5):
        with time_machine.travel(began + dt.timedelta(minutes=minutes)):
            client.get(reverse(asks_by_itself))
    with time_machine.travel(began + dt.timedelta(minutes=31)):
        assert client.get(reverse("admin:index")).status_code == 302
        assert "_auth_user_id" not in client.session


def test_a_part_of_a_page_asks_for_the_whole_when_the_time_is_over(chief: User, client: Client) -> None:
    """Else the page of signing in would stand inside the board."""
    sign_in(client, chief)
    client.get(reverse("desk:board"))
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=31)):
        answer = client.get(reverse("desk:lanes"), headers={"hx-request": "true"})
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")
    assert answer.content == b""


def test_members_stay_signed_in(client: Client, told: Told) -> None:
    sign_in(client, UserFactory.create())
    client.get(reverse("accounts:my_account"))
    with time_machine.travel(timezone.now() + dt.timedelta(days=7)):
        assert client.get(reverse("accounts:my_account")).status_code == 200


@staff_page(Role.CURATOR)
def desk(request: HttpRequest) -> HttpResponse:
    """A staff page as other apps will have them."""
    return HttpResponse("desk")


def open_desk(client: Client, user: Any) -> HttpResponse:
    """Ask for that page in the browser's session."""
    request = RequestFactory().get("/ro/desk/")
    request.user, request.session = user, client.session  # type: ignore[assignment]  # as the middleware does
    return desk(request)  # type: ignore[return-value]


def test_a_staff_page_is_for_its_role_with_a_second_factor(client: Client, told: Told) -> None:
    from django.core.exceptions import PermissionDenied  # noqa: PLC0415

    curator, member = CuratorFactory.create(), UserFactory.create()
    sign_in(client, curator)
    assert open_desk(client, curator).status_code == 200
    assert open_desk(client, curator).headers["Cache-Control"] == "no-store, private"
    bare = Client()
    sign_in(bare, curator, second_factor=False)
    assert open_desk(bare, curator).url.startswith(reverse("mfa_reauthenticate"))  # type: ignore[attr-defined]
    sign_in(bare, member)
    with pytest.raises(PermissionDenied):
        open_desk(bare, member)
