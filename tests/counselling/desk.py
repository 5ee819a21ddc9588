"""What the tests of the desk share: colleagues in their browsers, and a morning at the shop-front."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions.roles import grant_role
from accounts.models import Role, User
from counselling.models import Counsellor
from tests.factories.accounts import RoleFactory, UserFactory, sign_in
from tests.factories.counselling import CounsellorFactory, ShiftFactory, shopfront

NOBODY = "11111111-2222-4333-8444-555555555555"


def browser_of(user: User) -> Client:
    """A browser in which someone is signed in."""
    browser = Client()
    sign_in(browser, user)
    return browser


def colleague(role: Role = Role.COUNSELLOR, **fields: Any) -> tuple[Client, Counsellor]:
    """Someone with a role in Cahul who takes people there on Monday mornings."""
    shopfront()
    user = RoleFactory.create(role=role)
    counsellor = CounsellorFactory.create(user=user, **fields)
    ShiftFactory.create(counsellor=counsellor)
    return browser_of(user), counsellor


def manager() -> Client:
    """The manager of Cahul, who takes nobody."""
    shopfront()
    return browser_of(RoleFactory.create(role=Role.MANAGER))


def manager_of(*slugs: str) -> Client:
    """The manager of several shop-fronts."""
    user = UserFactory.create()
    grant_role(user=user, role=Role.MANAGER, scopes={"shopfront": list(slugs)}, by=None, reason="test")
    return browser_of(user)


def member() -> Client:
    """Someone without a role."""
    return browser_of(UserFactory.create())


def address(name: str, *arguments: object, **query: str) -> str:
    """An address of the desk."""
    found = reverse(f"desk:{name}", args=arguments)
    return f"{found}?{'&'.join(f'{key}={value}' for key, value in query.items())}" if query else found


def queries(browser: Client, url: str) -> int:
    """How many statements a page needs."""
    browser.get(url)  # what is read once a process is read now
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert browser.get(url).status_code == 200
    return len(captured)
