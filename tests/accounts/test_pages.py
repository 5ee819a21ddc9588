"""My account: what each page does, for whom, and how often it asks the database."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.actions.people import change_profile
from accounts.forms import HANDLE_TAKEN
from accounts.models import Consent, User
from tests.accounts.conftest import Told
from tests.factories.accounts import CuratorFactory, UserFactory, sign_in

pytestmark = pytest.mark.django_db
PAGES = ("my_account", "profile", "phone", "export", "erase", "second_factor_needed")


@pytest.fixture
def ana(told: Told, client: Client) -> User:
    """A member, signed in."""
    user = UserFactory.create(handle="ana", email="ana@example.com", language="ro")
    sign_in(client, user)
    return user


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_people_are_for_who_signed_in_and_kept_nowhere(name: str, ana: User, client: Client) -> None:
    address = reverse(f"accounts:{name}")
    answer = client.get(address)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    stranger = Client().get(address)
    assert stranger.status_code == 302
    assert stranger.url.startswith(reverse("account_login"))


def test_the_profile_is_changed(ana: User, client: Client) -> None:
    form = {
        "handle": "Cocor-7",
        "legal_name": "Ana Rusu",
        "language": "ru",
        "time_zone": "Europe/Rome",
        "country": "IT",
        "phase": "abroad",
    }
    answer = client.post(reverse("accounts:profile"), form)
    assert answer.status_code == 302
    assert answer.url.startswith("/ru/")  # the person's language from now on
    ana.refresh_from_db()
    assert (ana.handle, ana.time_zone, ana.country, ana.phase) == ("Cocor-7", "Europe/Rome", "IT", "abroad")


@pytest.mark.parametrize(
    ("handle", "is_fine"),
    [
        ("Ion", True),
        ("ana", True),
        ("1on", False),
        ("Мария", True),
        ("Мaрия", False),
        ("ad.min", False),
        ("Мodеrаtor", False),
        ("cocor", False),
    ],
)
def test_handles_are_checked(handle: str, is_fine: bool, ana: User, client: Client) -> None:
    UserFactory.create(handle="сосоr".replace("с", "c").replace("о", "o"), email="c@example.com")
    form = {"handle": handle, "language": "ro", "time_zone": "Europe/Rome"}
    answer = client.post(reverse("accounts:profile"), form)
    assert answer.status_code == (302 if is_fine else 422), handle
    if not is_fine:
        assert answer.context["form"].errors["handle"]


def test_a_cedilla_in_a_handle_is_taken_as_the_comma_that_was_meant(ana: User, client: Client) -> None:
    form = {"handle": "Ştefan-1", "language": "ro", "time_zone": "Europe/Rome"}
    client.post(reverse("accounts:profile"), form)
    ana.refresh_from_db()
    assert ana.handle == "Ștefan-1"


def test_a_name_that_somebody_takes_at_this_moment_is_said(
    ana: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the write; the database refuses the second."""

    def beaten(*, user: User) -> User:
        UserFactory.create(handle="Cocor-7", email="other@example.com")
        return change_profile(user=user)

    monkeypatch.setattr("accounts.actions.change_profile", beaten)
    form = {"handle": "Cocor-7", "language": "ro", "time_zone": "Europe/Rome"}
    answer = client.post(reverse("accounts:profile"), form)
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"handle": [str(HANDLE_TAKEN)]}


def test_another_refusal_is_not_told_as_a_name_that_is_taken(
    ana: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoilt(*, user: User) -> User:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(email="ANA@example.com")
        return user

    monkeypatch.setattr("accounts.actions.change_profile", spoilt)
    form = {"handle": "Cocor-7", "language": "ro", "time_zone": "Europe/Rome"}
    with pytest.raises(IntegrityError, match="email_lower_case"):
        client.post(reverse("accounts:profile"), form)


@pytest.mark.parametrize(
    "form", [{"language": "de"}, {"time_zone": "Europe/Bologna"}, {"country": "XX"}, {"handle": ""}]
)
def test_a_wrong_profile_says_what_is_wrong(form: dict[str, str], ana: User, client: Client) -> None:
    good = {"handle": "ana", "language": "ro", "time_zone": "Europe/Rome", "country": "", "phase": ""}
    answer = client.post(reverse("accounts:profile"), good | form)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == list(form)


def test_a_number_counts_when_its_code_came_back(ana: User, client: Client, told: Told) -> None:
    asked = client.post(reverse("accounts:phone"), {"phone": "060 123 456", "consent": "on"})
    assert asked.url == reverse("accounts:phone_confirm")
    assert (told.last["kind"], told.last["phone"]) == ("accounts.phone_code", "+37360123456")
    ana.refresh_from_db()
    assert ana.phone == ""
    wrong = client.post(reverse("accounts:phone_confirm"), {"code": "abc"})
    assert wrong.status_code == 422
    assert client.post(reverse("accounts:phone_confirm"), {"code": told.code}).status_code == 302
    ana.refresh_from_db()
    assert ana.phone == "+37360123456"
    assert Consent.objects.in_force().filter(user=ana).exists()
    client.post(reverse("accounts:phone_remove"))
    ana.refresh_from_db()
    assert (ana.phone, ana.phone_verified_at) == ("", None)
    assert not Consent.objects.in_force().filter(user=ana).exists()


@pytest.mark.parametrize(
    "form",
    [
        {"phone": "060 123 456"},
        {"phone": "", "consent": "on"},
        {"phone": "12", "consent": "on"},
        {"phone": "022 233 309", "consent": "on"},
        {"phone": "+234 802 123 4567", "consent": "on"},  # a country that we send no SMS to
        {"phone": "+373 900 12345", "consent": "on"},  # a number that its caller pays dearly
        {"phone": "x" * 5000, "consent": "on"},
        {"phone": "😀", "consent": "on"},
    ],
)
def test_what_is_no_mobile_number_gets_no_code(
    form: dict[str, str], ana: User, client: Client, told: Told
) -> None:
    assert client.post(reverse("accounts:phone"), form).status_code == 422
    assert told.messages == []


def test_codes_are_not_sent_without_end(ana: User, client: Client, told: Told) -> None:
    statuses = [
        client.post(reverse("accounts:phone"), {"phone": "060123456", "consent": "on"}).status_code
        for _number in range(5)
    ]
    assert statuses == [302, 302, 302, 422, 422]
    assert len(told.messages) == 3


def test_codes_of_a_day_are_counted_too(ana: User, client: Client, told: Told) -> None:
    statuses = []
    with time_machine.travel(dt.datetime(2026, 11, 25, 6, tzinfo=dt.UTC), tick=False) as clock:
        for number in range(14):
            answer = client.post(reverse("accounts:phone"), {"phone": f"0601234{number:02}", "consent": "on"})
            statuses.append(answer.status_code)
            clock.shift(dt.timedelta(minutes=10))
    assert statuses == [302] * 10 + [422] * 4
    assert len(told.messages) == 10


def test_signing_out_everywhere_ends_every_session(ana: User, client: Client) -> None:
    phone = Client()
    sign_in(phone, ana)
    for browser in (client, phone):
        assert browser.get(reverse("accounts:my_account")).status_code == 200
    assert client.get(reverse("accounts:sign_out_everywhere")).status_code == 405
    assert client.post(reverse("accounts:sign_out_everywhere")).status_code == 302
    for browser in (client, phone):
        assert browser.get(reverse("accounts:my_account")).status_code == 302


def test_signing_out_clears_the_browser_and_a_shared_one_wholly(ana: User, client: Client) -> None:
    """Cookies go by name: cleared wholesale, what others keep under the same domain would go with them."""
    client.get(reverse("accounts:my_account"))
    before = client.cookies["session"].value
    answer = client.post(reverse("account_logout"))
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert client.cookies["session"].value != before
    assert client.cookies["signed-in"].value == ""
    sign_in(client, ana)
    answer = client.post(reverse("account_logout"), {"shared": "on"})
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_a_browser_is_marked_while_somebody_is_signed_in(ana: User, client: Client) -> None:
    marked = client.get(reverse("accounts:my_account")).cookies["signed-in"]
    assert (marked.value, marked["httponly"], marked["samesite"]) == ("1", "", "Lax")
    client.post(reverse("account_logout"))
    assert client.cookies["signed-in"].value == ""


def test_the_overview_costs_the_same_for_one_role_and_for_many(
    ana: User, client: Client, django_assert_num_queries: Any, told: Told
) -> None:
    client.get(reverse("accounts:my_account"))
    with django_assert_num_queries(6):  # session, user, sessions, grants, factors, roles
        client.get(reverse("accounts:my_account"))


def test_staff_without_a_second_factor_are_told(told: Told, client: Client) -> None:
    curator = CuratorFactory.create()
    sign_in(client, curator, second_factor=False)
    assert client.get(reverse("accounts:my_account")).context["needs_second_factor"] is True


@pytest.mark.parametrize(
    ("language", "says"), [("ro", "doar din cifre"), ("ru", "из одних цифр"), ("en", "entirely numeric")]
)
def test_a_password_of_digits_alone_is_refused_in_our_words(
    ana: User, client: Client, language: str, says: str
) -> None:
    address = reverse("account_set_password").replace("/ro/", f"/{language}/")
    for numeric in ("739151620483", "123456789012"):
        ana.set_unusable_password()
        ana.save()
        sign_in(client, ana)
        refused = client.post(address, {"password1": numeric, "password2": numeric})
        assert says in refused.content.decode()
    ana.refresh_from_db()
    assert not ana.has_usable_password()
