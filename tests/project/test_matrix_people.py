"""Pages of people and doors for machines: who gets what, with which verb; roles and the administration."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.models import STAFF_ROLES, Role, User
from tests.factories.accounts import AdministratorFactory, CuratorFactory, RoleFactory, UserFactory, sign_in

pytestmark = pytest.mark.django_db
SOMEBODY, TOKEN = "11111111-2222-4333-8444-555555555555", "no-such-token"

# name -> (arguments, GET by a visitor, a member, a curator; POST without a form by a visitor, by a member)
MEMBERS = (302, 200, 200)
ROWS: dict[str, tuple[list[Any], tuple[int, int, int], tuple[int, int]]] = {
    "account_login": ([], (200, 302, 302), (200, 302)),
    "account_request_login_code": ([], (200, 302, 302), (200, 302)),
    "account_confirm_login_code": ([], (302, 302, 302), (302, 302)),
    "account_signup": ([], (200, 302, 302), (200, 302)),
    "account_logout": ([], MEMBERS, (302, 302)),
    "account_inactive": ([], (200, 200, 200), (405, 405)),
    "account_reauthenticate": ([], MEMBERS, (302, 200)),
    "account_email": ([], MEMBERS, (302, 302)),
    "account_email_verification_sent": ([], (302, 302, 302), (302, 302)),
    "account_change_password": ([], MEMBERS, (302, 200)),
    "account_set_password": ([], (302, 302, 302), (302, 302)),
    "account_reset_password": ([], (200, 200, 200), (200, 200)),
    "account_confirm_password_reset_code": ([], (302, 302, 302), (302, 302)),
    "account_complete_password_reset": ([], (302, 302, 302), (302, 302)),
    "account_password_reset_completed": ([], (200, 200, 200), (405, 405)),
    "mfa_index": ([], MEMBERS, (302, 405)),
    "mfa_authenticate": ([], (302, 302, 302), (302, 302)),
    "mfa_reauthenticate": ([], (302, 302, 200), (302, 302)),
    "mfa_reauthenticate_webauthn": ([], (302, 302, 302), (302, 302)),
    "mfa_activate_totp": ([], (302, 302, 302), (302, 302)),
    "mfa_deactivate_totp": ([], (302, 404, 200), (302, 404)),
    "mfa_view_recovery_codes": ([], (302, 404, 404), (302, 405)),
    "mfa_download_recovery_codes": ([], (302, 404, 404), (302, 404)),
    "mfa_generate_recovery_codes": ([], (302, 302, 200), (302, 302)),
    "mfa_login_webauthn": ([], (302, 302, 302), (302, 302)),
    "mfa_add_webauthn": ([], (302, 302, 200), (302, 302)),
    "mfa_list_webauthn": ([], MEMBERS, (302, 405)),
    "mfa_edit_webauthn": ([1], (302, 302, 404), (302, 302)),
    "mfa_remove_webauthn": ([1], (302, 302, 404), (302, 302)),
    "usersessions_list": ([], MEMBERS, (302, 302)),
    "socialaccount_connections": ([], MEMBERS, (302, 200)),
    "socialaccount_login_cancelled": ([], (200, 200, 200), (405, 405)),
    "socialaccount_login_error": ([], (401, 401, 401), (405, 405)),
    "socialaccount_signup": ([], (302, 302, 302), (302, 302)),
    "accounts:my_account": ([], MEMBERS, (405, 405)),
    "accounts:profile": ([], MEMBERS, (302, 422)),
    "accounts:phone": ([], MEMBERS, (302, 422)),
    "accounts:phone_confirm": ([], (302, 302, 302), (302, 422)),
    "accounts:phone_remove": ([], (405, 405, 405), (302, 302)),
    "accounts:export": ([], MEMBERS, (302, 302)),
    "accounts:export_download": ([SOMEBODY], (302, 404, 404), (405, 405)),
    "accounts:erase": ([], MEMBERS, (302, 302)),
    "accounts:erase_confirm": ([], (302, 302, 302), (302, 422)),
    "accounts:erased": ([], (200, 200, 200), (405, 405)),
    "accounts:second_factor_needed": ([], MEMBERS, (405, 405)),
    "accounts:sign_out_everywhere": ([], (405, 405, 405), (302, 302)),
    "accounts:invitation": ([TOKEN], (404, 404, 404), (404, 404)),
    "notifications:notification_list": ([], MEMBERS, (405, 405)),
    "notifications:bell": ([], (204, 200, 200), (405, 405)),
    "notifications:preferences": ([], MEMBERS, (302, 422)),
    "notifications:schedule": ([], (405, 405, 405), (302, 422)),
    "notifications:pause": ([], (405, 405, 405), (302, 422)),
    "notifications:read_all": ([], (405, 405, 405), (302, 303)),
    "notifications:push_subscribe": ([], (405, 405, 405), (302, 400)),
    "notifications:push_remove": ([1], (405, 405, 405), (302, 303)),
    "notifications:notification_open": ([SOMEBODY], (302, 404, 404), (302, 404)),
    "notifications:notification_change": ([SOMEBODY, "read"], (405, 405, 405), (302, 404)),
    "hooks:unsubscribe": ([TOKEN], (200, 200, 200), (200, 200)),
    "hooks:mail_provider": (["brevo"], (405, 405, 405), (404, 404)),
    "hooks:sms_report": ([], (405, 405, 405), (404, 404)),
}


def address_of(name: str) -> str:
    """The address of a row."""
    arguments = [uuid.UUID(one) if one == SOMEBODY and "change" not in name else one for one in ROWS[name][0]]
    if name == "notifications:notification_change":
        return reverse(name, kwargs={"pk": SOMEBODY, "deed": "read"})
    return reverse(name, args=arguments)


def browsers() -> list[Client]:
    """A visitor's, a member's and a curator's."""
    found = [Client(), Client(), Client()]
    sign_in(found[1], UserFactory.create())
    sign_in(found[2], CuratorFactory.create())
    return found


@pytest.mark.parametrize("language", ["ro", "ru", "en"])
def test_each_person_gets_what_the_row_says(language: str) -> None:
    people, found = browsers(), {}
    for name in ROWS:
        address = address_of(name).replace("/ro/", f"/{language}/", 1)
        found[name] = tuple(browser.get(address).status_code for browser in people)
    assert found == {name: row[1] for name, row in ROWS.items()}


@pytest.mark.parametrize("name", ROWS)
def test_an_empty_form_gets_what_the_row_says(name: str) -> None:
    address, (visitor, member, _curator) = address_of(name), browsers()
    assert (visitor.post(address).status_code, member.post(address).status_code) == ROWS[name][2]


def test_what_a_person_sees_is_kept_nowhere() -> None:
    _visitor, member, _curator = browsers()
    for name in ROWS:
        assert "no-store" in member.get(address_of(name)).headers["Cache-Control"], name


def test_reading_changes_no_row_of_ours() -> None:
    from django.apps import apps  # noqa: PLC0415  # only here

    ours = [model for model in apps.get_models() if model._meta.app_label in ("accounts", "notifications")]

    def rows() -> dict[str, list[Any]]:
        return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in ours}

    _visitor, member, curator = browsers()
    before = rows()
    for name in ROWS:
        member.get(address_of(name))
        curator.get(address_of(name))
    assert rows() == before


def administration() -> list[tuple[str, str]]:
    """Model and address of every list."""
    names = [f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry]
    return [(name, reverse(f"admin:{name}_changelist")) for name in names]


CURATED = {"services", "shopfronts"}
CURATED_MODELS = {"counselling_reason"}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.MEMBER])
def test_the_administration_is_for_curators_alone(role: Role) -> None:
    browser, person = Client(), RoleFactory.create(role=role)
    sign_in(browser, person)
    for name, address in administration():
        expected = 302  # to the sign-in, whose answer to who is signed in is 403
        if role == Role.CURATOR:
            expected = 200 if name.split("_")[0] in CURATED or name in CURATED_MODELS else 403
        assert browser.get(address).status_code == expected, (role, name)


def test_an_administrator_sees_every_list_and_no_secret() -> None:
    browser, person = Client(), AdministratorFactory.create()
    sign_in(browser, person)
    for name, address in administration():
        assert browser.get(address).status_code == 200, name
    shown = {name for name, _address in administration()}
    assert not shown & {
        "mfa_authenticator",
        "account_emailaddress",
        "usersessions_usersession",
        "accounts_dataexport",
    }


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_each_staff_role_is_asked_for_a_second_factor(role: Role) -> None:
    browser, person = Client(), RoleFactory.create(role=role)
    sign_in(browser, person, second_factor=False)
    page = browser.get(reverse("accounts:my_account"))
    assert page.context["needs_second_factor"] is True
    assert User.objects.get(pk=person.pk).is_office
