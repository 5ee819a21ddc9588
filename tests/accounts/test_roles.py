"""Giving roles, inviting to them, taking them away; the log tells who, when and why."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions, scopes
from accounts.admin_forms import PersonForm
from accounts.models import AuditEntry, Role, RoleGrant, RoleInvitation, User
from tests.accounts.conftest import Told
from tests.factories.accounts import AdministratorFactory, UserFactory, sign_in
from tests.factories.shopfronts import ShopFrontFactory

pytestmark = pytest.mark.django_db
CAHUL = {"shopfront": ["cahul"]}


@pytest.fixture
def chief(told: Told) -> User:
    """Who gives roles."""
    return AdministratorFactory.create()


def entries(deed: str) -> list[AuditEntry]:
    """The log's entries of a deed."""
    return list(AuditEntry.objects.filter(deed=deed))


def test_a_role_given_opens_the_admin_and_stands_in_the_log(chief: User, told: Told) -> None:
    ana = UserFactory.create()
    actions.grant_role(user=ana, role=Role.CURATOR, by=chief, reason="new colleague")
    ana.refresh_from_db()
    assert (ana.roles, ana.is_staff, ana.is_office) == ({"curator"}, True, True)
    assert ana.has_perm("services.change_service")
    (entry,) = entries("role_granted")
    assert (entry.actor, entry.subject, entry.reason, entry.detail["role"]) == (
        chief,
        ana,
        "new colleague",
        "curator",
    )
    assert told.kinds == ["accounts.role_granted"]


def test_a_role_taken_away_closes_the_admin(chief: User, told: Told) -> None:
    ana = UserFactory.create()
    grant = actions.grant_role(user=ana, role=Role.CURATOR, by=chief, reason="new colleague")
    actions.remove_role(grant=grant, by=chief, reason="left us")
    ana = User.objects.get(pk=ana.pk)
    assert (ana.roles, ana.is_staff) == (frozenset(), False)
    assert not ana.has_perm("services.change_service")
    assert entries("role_removed")[0].reason == "left us"


def test_a_role_is_bound_anew(chief: User) -> None:
    grant = actions.grant_role(
        user=UserFactory.create(), role=Role.MANAGER, scopes=CAHUL, by=chief, reason="x"
    )
    actions.bind_role(
        grant=grant, scopes={"shopfront": ["ungheni", "cahul"]}, by=chief, reason="two counters"
    )
    assert RoleGrant.objects.get().scopes == {"shopfront": ["cahul", "ungheni"]}
    assert len(entries("role_changed")) == 1


@pytest.mark.parametrize(
    ("role", "bound"),
    [
        (Role.COUNSELLOR, {}),
        (Role.COUNSELLOR, {"provider": ["cnas"]}),
        (Role.ANALYST, CAHUL),
        (Role.MODERATOR, {"language": []}),
    ],
)
def test_a_role_bound_wrongly_is_refused(role: Role, bound: dict[str, list[str]], chief: User) -> None:
    with pytest.raises(ValidationError):
        actions.grant_role(user=UserFactory.create(), role=role, scopes=bound, by=chief, reason="x")
    assert not RoleGrant.objects.exists()


def test_an_invitation_is_taken_by_its_address_alone(chief: User, told: Told) -> None:
    invitation, token = actions.invite(
        email="Ana@Example.com",
        role=Role.COUNSELLOR,
        scopes=CAHUL,
        language="ro",
        reason="new colleague",
        by=chief,
    )
    assert told.last["email"] == "ana@example.com"
    assert told.last["context"]["token"] == token
    assert token not in str(RoleInvitation.objects.values())
    stranger, ana = UserFactory.create(), UserFactory.create(email="ana@example.com")
    assert actions.accept_invitation(invitation=invitation, user=stranger) is None
    grant = actions.accept_invitation(invitation=invitation, user=ana)
    assert grant is not None
    assert (grant.role, grant.scopes, grant.granted_by) == ("counsellor", CAHUL, chief)
    assert actions.accept_invitation(invitation=invitation, user=ana) is None  # used


def test_an_expired_or_withdrawn_invitation_gives_nothing(chief: User) -> None:
    ana = UserFactory.create(email="ana@example.com")

    def invited() -> RoleInvitation:
        return actions.invite(
            email=ana.email, role=Role.ANALYST, scopes={}, language="ro", reason="figures", by=chief
        )[0]

    old = invited()
    with time_machine.travel(timezone.now() + dt.timedelta(days=7, seconds=1)):
        assert actions.accept_invitation(invitation=old, user=ana) is None
    newer = invited()  # replaces the first
    assert list(RoleInvitation.objects.open()) == [newer]
    actions.withdraw_invitation(invitation=newer, by=chief, reason="a mistake")
    actions.withdraw_invitation(invitation=newer, by=chief, reason="a mistake")
    assert actions.accept_invitation(invitation=newer, user=ana) is None
    assert len(entries("invitation_withdrawn")) == 2  # the replaced one and this one


def test_the_page_of_an_invitation(chief: User, client: Client) -> None:
    ShopFrontFactory.create()
    ana = UserFactory.create(email="ana@example.com")
    _invitation, token = actions.invite(
        email=ana.email, role=Role.COUNSELLOR, scopes=CAHUL, language="ro", reason="x", by=chief
    )
    address = reverse("accounts:invitation", args=[token])
    page = client.get(address)
    assert page.context["state"] == "sign_in"
    assert page.headers["Referrer-Policy"] == "same-origin"
    sign_in(client, UserFactory.create())
    assert client.get(address).context["state"] == "other_address"
    client.post(address)
    assert not RoleGrant.objects.exists()
    sign_in(client, ana)
    assert client.get(address).context["state"] == "open"
    assert not RoleGrant.objects.exists()  # GET changed nothing
    taken = client.post(address)
    assert taken.url == reverse("accounts:second_factor_needed")
    assert RoleGrant.objects.get().user == ana
    for gone in (address, reverse("accounts:invitation", args=["no-such-token"])):
        page = client.get(gone)
        assert page.status_code == 404
        assert next(template.name for template in page.templates) == "accounts/invitation_gone.html"


def test_places_have_the_names_that_people_use() -> None:
    ShopFrontFactory.create()
    assert scopes.in_words({"shopfront": ["cahul", "gone"], "language": ["ru"]}) == "Cahul, gone, Русский"


@pytest.mark.parametrize("why", ["\u202e", "\u200b \u2066", "   "])
def test_what_nobody_can_read_is_no_reason(why: str) -> None:
    """The log would say nothing, for ever."""
    form = PersonForm({"deed": "account_shut", "reason": why}, instance=UserFactory.create())
    assert "reason" in form.errors


def test_a_reason_says_what_it_seems_to_say() -> None:
    form = PersonForm(
        {"deed": "account_shut", "reason": "asked\u202e by\nher"}, instance=UserFactory.create()
    )
    assert form.is_valid(), form.errors
    assert form.cleaned_data["reason"] == "asked by her"
