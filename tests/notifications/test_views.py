"""The page of messages."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from notifications.models import Notification
from notifications.presenting import ago
from tests.factories.accounts import CuratorFactory, UserFactory, sign_in
from tests.factories.notifications import DeliveryFactory, NotificationFactory

pytestmark = pytest.mark.django_db

LIST = "notifications:notification_list"
NOTHING = uuid.UUID(int=0)
QUERIES_OF_THE_LIST = 6  # session, person, roles, how many unread, how many in all, the page's rows


@pytest.fixture
def person() -> User:
    """Whose messages they are."""
    return UserFactory.create()


@pytest.fixture
def browser(person: User) -> Client:
    """A browser in which the person is signed in."""
    client = Client()
    sign_in(client, person)
    return client


def shown(user: User, **facts: Any) -> Notification:
    """A message that stands on the person's page."""
    row = NotificationFactory.create(user=user, **facts)
    DeliveryFactory.create(notification=row, channel="in_app", ended=True)
    return row


def change(row: Notification, deed: str) -> str:
    """The address that does something to a message."""
    return reverse("notifications:notification_change", kwargs={"pk": row.pk, "deed": deed})


def opening(row: Notification) -> str:
    """The address that opens a message."""
    return reverse("notifications:notification_open", args=[row.pk])


def page(browser: Client, query: str = "", **headers: str) -> str:
    """The page of messages as text."""
    answer = browser.get(reverse(LIST) + query, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_shows_own_messages_newest_first(browser: Client, person: User) -> None:
    now = timezone.now()
    shown(person, context={"topic": "Prima"}, created_at=now - dt.timedelta(hours=2))
    shown(person, context={"topic": "A doua"}, created_at=now - dt.timedelta(hours=1))
    shown(UserFactory.create(), context={"topic": "Străină"})
    text = page(browser)
    assert text.index("A doua") < text.index("Prima")
    assert "Străină" not in text


def test_unread_and_earlier_messages_stand_apart(browser: Client, person: User) -> None:
    now = timezone.now()
    shown(person, context={"topic": "Citită"}, read_at=now)
    shown(person, context={"topic": "Veche necitită"}, created_at=now - dt.timedelta(days=3))
    text = page(browser)
    headings = re.findall(r"<h2[^>]*>", text)
    assert len(headings) == 2
    assert text.index("Veche necitită") < text.index("Citită")


def test_a_message_of_another_channel_is_not_on_the_page(browser: Client, person: User) -> None:
    row = NotificationFactory.create(user=person, context={"topic": "Doar prin poștă"})
    DeliveryFactory.create(notification=row, channel="email", ended=True)
    assert "Doar prin poștă" not in page(browser)


def test_a_message_that_is_not_due_is_not_on_the_page(browser: Client, person: User) -> None:
    row = NotificationFactory.create(user=person, context={"topic": "Mâine"})
    DeliveryFactory.create(notification=row, channel="in_app")
    assert "Mâine" not in page(browser)


def test_messages_are_escaped(browser: Client, person: User) -> None:
    shown(person, context={"topic": "<b>tare</b>"})
    assert "<b>tare</b>" not in page(browser)
    assert "&lt;b&gt;tare" in page(browser)


def test_a_kind_that_nobody_declares_breaks_nothing(browser: Client, person: User) -> None:
    shown(person, kind="gone.kind")
    shown(person, context={"topic": "Rămâne"})
    assert "Rămâne" in page(browser)


@pytest.mark.parametrize(("language", "word"), [("ro", "Căutați"), ("ru", "Найти"), ("en", "Search")])
def test_messages_are_in_the_readers_language(
    language: str, word: str, browser: Client, person: User
) -> None:
    shown(person, context={"topic": "Cahul"})
    answer = browser.get(f"/{language}/messages/")
    assert f"{word}: Cahul" in answer.content.decode()


def test_a_category_filters_and_an_unknown_one_does_not(browser: Client, person: User) -> None:
    shown(person, context={"topic": "Programare"}, category="appointments")
    shown(person, context={"topic": "Forum"}, category="community")
    text = page(browser, "?category=community")
    assert "Forum" in text
    assert "Programare" not in text
    text = page(browser, "?category=nonsense")
    assert "Forum" in text
    assert "Programare" in text


@pytest.mark.parametrize("query", ["?page=2", "?page=999", "?page=zero", "?page=-1", "?page=2&category=%00"])
def test_pages_of_the_list_answer_whatever_their_number(query: str, browser: Client, person: User) -> None:
    for _number in range(21):
        shown(person)
    assert browser.get(reverse(LIST) + query).status_code == 200


def test_the_list_has_pages_of_twenty(browser: Client, person: User) -> None:
    start = timezone.now()
    for number in range(21):
        shown(
            person,
            context={"topic": f"Numărul-{number:02}."},
            created_at=start - dt.timedelta(minutes=number),
            read_at=start,
        )
    assert "Numărul-19." in page(browser)
    assert "Numărul-20." not in page(browser)
    assert "Numărul-20." in page(browser, "?page=2")


def test_the_list_costs_the_same_for_one_row_and_for_many(browser: Client, person: User) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(browser)
        return len(queries)

    moment = timezone.now().isoformat()
    shown(person, context={"topic": "x", "at": moment})
    page(browser)  # whatever is remembered is remembered now
    one = count()
    for _number in range(50):
        shown(person, context={"topic": "x", "at": moment})
    assert count() == one == QUERIES_OF_THE_LIST


@pytest.mark.parametrize(
    ("language", "passed", "words"),
    [
        ("en", dt.timedelta(0), "1 minute ago"),
        ("en", dt.timedelta(hours=-1), "1 minute ago"),  # a clock that goes ahead
        ("ro", dt.timedelta(hours=7), "acum 7 ore"),
        ("ru", dt.timedelta(days=3), "3 дня назад"),
        ("ru", dt.timedelta(days=20), "5 ноября 2026"),
    ],
)
def test_the_age_of_a_message_is_told_in_words(language: str, passed: dt.timedelta, words: str) -> None:
    now = dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.UTC)
    with time_machine.travel(now, tick=False), translation.override(language):
        assert ago(now - passed) == words


def test_nothing_yet_is_said_kindly(browser: Client) -> None:
    assert 'class="empty"' in page(browser)


def test_htmx_gets_the_list_without_its_frame(browser: Client, person: User) -> None:
    shown(person, context={"topic": "Cahul"})
    text = page(browser, **{"hx-request": "true"})
    assert "Cahul" in text
    assert "<html" not in text


def test_looking_changes_nothing(browser: Client, person: User) -> None:
    row = shown(person)
    for address in (reverse(LIST), opening(row), reverse("notifications:bell"), change(row, "delete")):
        browser.get(address)
    row.refresh_from_db()
    assert (row.read_at, row.deleted_at) == (None, None)


def test_the_page_of_one_message_shows_it(browser: Client, person: User) -> None:
    row = shown(person, context={"topic": "Cahul"}, url="/shopfronts/cahul/")
    answer = browser.get(opening(row))
    assert answer.status_code == 200
    assert "Cahul" in answer.content.decode()


def test_opening_marks_as_read_and_goes_there(browser: Client, person: User) -> None:
    row = shown(person, url="/shopfronts/cahul/")
    answer = browser.post(opening(row).replace("/ro/", "/ru/"))
    assert (answer.status_code, answer["Location"]) == (303, "/ru/shopfronts/cahul/")
    row.refresh_from_db()
    assert row.read_at is not None


def test_a_message_that_leads_nowhere_leads_to_the_list(browser: Client, person: User) -> None:
    row = shown(person)
    answer = browser.post(opening(row))
    assert (answer.status_code, answer["Location"]) == (303, reverse(LIST))


@pytest.mark.parametrize("url", ["//evil.example/", "/\\evil.example", "https://evil.example/"])
def test_a_message_never_leads_out_of_the_portal(url: str, browser: Client, person: User) -> None:
    row = shown(person, url=url)
    assert browser.post(opening(row))["Location"].startswith("/ro")


def test_opening_twice_keeps_the_first_moment(browser: Client, person: User) -> None:
    row = shown(person)
    browser.post(opening(row))
    row.refresh_from_db()
    first = row.read_at
    browser.post(opening(row))
    row.refresh_from_db()
    assert first is not None
    assert row.read_at == first


def test_a_message_can_be_read_and_unread(browser: Client, person: User) -> None:
    row = shown(person)
    assert browser.post(change(row, "read")).status_code == 303
    row.refresh_from_db()
    assert row.read_at is not None
    assert change(row, "unread") in page(browser)
    assert browser.post(change(row, "unread")).status_code == 303
    row.refresh_from_db()
    assert row.read_at is None
    assert change(row, "read") in page(browser)


def test_a_deleted_message_is_gone_and_can_be_brought_back(browser: Client, person: User) -> None:
    row = shown(person, context={"topic": "Cahul"})
    answer = browser.post(change(row, "delete"), follow=True)
    text = answer.content.decode()
    assert "Cahul" not in text
    assert f'action="{change(row, "restore")}"' in text  # undo, on the page that follows
    assert browser.post(change(row, "restore")).status_code == 303
    assert "Cahul" in page(browser)


def test_the_chance_to_undo_is_offered_once(browser: Client, person: User) -> None:
    row = shown(person)
    browser.post(change(row, "delete"), follow=True)
    assert change(row, "restore") not in page(browser)


def test_deleting_twice_is_404_and_restoring_twice_is_harmless(browser: Client, person: User) -> None:
    row = shown(person)
    assert browser.post(change(row, "delete")).status_code == 303
    assert browser.post(change(row, "delete")).status_code == 404
    for _time in range(2):
        assert browser.post(change(row, "restore")).status_code == 303


def test_all_are_marked_as_read_but_nobody_elses(browser: Client, person: User) -> None:
    own, foreign = shown(person), shown(UserFactory.create())
    for _time in range(2):
        assert browser.post(reverse("notifications:read_all")).status_code == 303
    own.refresh_from_db()
    foreign.refresh_from_db()
    assert own.read_at is not None
    assert foreign.read_at is None


@pytest.mark.parametrize("deed", ["read", "unread", "delete", "restore"])
def test_foreign_and_unknown_messages_are_404(deed: str, browser: Client) -> None:
    foreign = shown(UserFactory.create())
    before = Notification.objects.values().get(pk=foreign.pk)
    assert browser.post(change(foreign, deed)).status_code == 404
    assert browser.post(change(foreign, deed).replace(str(foreign.pk), str(NOTHING))).status_code == 404
    assert Notification.objects.values().get(pk=foreign.pk) == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_foreign_messages_cannot_be_opened(method: str, browser: Client) -> None:
    foreign = shown(UserFactory.create())
    assert getattr(browser, method)(opening(foreign)).status_code == 404


@pytest.mark.parametrize("name", ["-" * 36, "0" * 36, "not-a-number", "a" * 400])
def test_what_is_no_number_of_a_message_is_404(name: str, browser: Client) -> None:
    for end in ("open", "read", "delete", "restore"):
        assert browser.post(f"/ro/messages/{name}/{end}/").status_code == 404


@pytest.mark.parametrize("deed", ["read", "unread", "delete", "restore"])
def test_a_deed_is_done_by_post_alone(deed: str, browser: Client, person: User) -> None:
    row = shown(person)
    assert browser.get(change(row, deed)).status_code == 405
    assert browser.get(reverse("notifications:read_all")).status_code == 405


def test_reading_pages_take_no_post(browser: Client) -> None:
    assert browser.post(reverse(LIST)).status_code == 405
    assert browser.post(reverse("notifications:bell")).status_code == 405


def test_without_the_token_of_a_form_nothing_is_done(person: User) -> None:
    client = Client(enforce_csrf_checks=True)
    sign_in(client, person)
    row = shown(person)
    assert client.post(change(row, "delete")).status_code == 403
    row.refresh_from_db()
    assert row.deleted_at is None


def test_visitors_are_sent_to_sign_in(client: Client, person: User) -> None:
    row = shown(person)
    for answer in (client.get(reverse(LIST)), client.post(change(row, "delete")), client.post(opening(row))):
        assert answer.status_code == 302
        assert "/account/login/" in answer["Location"]
        assert "no-store" in answer["Cache-Control"]


def test_the_page_is_kept_nowhere(browser: Client) -> None:
    assert "no-store" in browser.get(reverse(LIST))["Cache-Control"]


def test_the_category_of_work_is_offered_to_staff_alone(browser: Client) -> None:
    staff = Client()
    sign_in(staff, CuratorFactory.create())
    assert "category=work" not in page(browser, "?category=community")
    assert "category=work" in page(staff, "?category=community")
