"""The bell in the head of every page."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tests.notifications.test_views import browser, person, shown

pytestmark = pytest.mark.django_db
QUERIES_OF_THE_BELL = 4  # session, person, roles, how many unread
__all__ = ["browser", "person"]  # fixtures


@pytest.mark.parametrize(
    ("count", "shown_as"), [(0, None), (1, "1"), (3, "3"), (99, "99"), (100, "99+"), (120, "99+")]
)
def test_the_bell_counts_up_to_99(count: int, shown_as: str | None, browser: Client, person: User) -> None:
    for _number in range(count):
        shown(person)
    shown(person, read_at=timezone.now())
    text = browser.get(reverse("notifications:bell")).content.decode()
    found = re.search(r'data-count="([^"]*)"', text)
    assert (found.group(1) if found else None) == shown_as


@pytest.mark.parametrize(
    ("count", "label"), [(0, "Messages"), (1, "Messages, 1 unread"), (3, "Messages, 3 unread")]
)
def test_the_bell_has_a_name_that_says_how_many(
    count: int, label: str, browser: Client, person: User
) -> None:
    for _number in range(count):
        shown(person)
    text = browser.get("/en/messages/bell/").content.decode()
    assert re.search(r'aria-label="([^"]*)"', text)[1] == label  # type: ignore[index]  # fails when absent


def test_the_bell_does_not_claim_an_exact_number_when_it_stopped_counting(
    browser: Client, person: User
) -> None:
    for _number in range(130):
        shown(person)
    text = browser.get("/en/messages/bell/").content.decode()
    label = re.search(r'aria-label="([^"]*)"', text)[1]  # type: ignore[index]  # fails when absent
    assert "99" in label
    assert "100" not in label


def test_the_bell_says_nothing_to_visitors(client: Client) -> None:
    answer = client.get(reverse("notifications:bell"))
    assert (answer.status_code, answer.content) == (204, b"")
    assert not answer.cookies


def test_the_bell_costs_the_same_for_one_message_and_for_many(browser: Client, person: User) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse("notifications:bell"))
        return len(queries)

    shown(person)
    count()
    one = count()
    for _number in range(20):
        shown(person)
    assert count() == one == QUERIES_OF_THE_BELL


def test_public_pages_carry_a_place_for_the_bell_and_no_one_name(client: Client, browser: Client) -> None:
    texts = [someone.get(reverse("portal:about")).content.decode() for someone in (client, browser)]
    assert texts[0] == texts[1]
    assert f'data-bell="{reverse("notifications:bell")}"' in texts[0]
    assert reverse("accounts:my_account") in texts[0]
