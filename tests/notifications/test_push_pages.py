"""Browsers that agree to show messages."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from notifications.models import PushSubscription
from tests.factories.accounts import UserFactory, sign_in
from tests.factories.notifications import PushSubscriptionFactory

pytestmark = pytest.mark.django_db

SUBSCRIBE = "/ro/messages/push/"
ENDPOINT = "https://push.example.com/send/abc"
KEYS = {
    "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
    "auth": "tBHItJI5svbpez7KI4CCXg",
}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def person() -> User:
    """Whose browser it is."""
    return UserFactory.create()


@pytest.fixture
def browser(person: User, settings: Any) -> Client:
    """A browser in which the person is signed in, of a portal that can push."""
    settings.VAPID_PUBLIC_KEY = settings.VAPID_PRIVATE_KEY = "BAbc"
    client = Client(raise_request_exception=False, headers={"user-agent": FIREFOX})
    sign_in(client, person)
    return client


def subscribe(browser: Client, body: Any) -> int:
    """Hand over what a browser says; the status of the answer."""
    data = body if isinstance(body, bytes) else json.dumps(body)
    return browser.post(SUBSCRIBE, data, content_type="application/json").status_code


def test_a_browser_that_agrees_is_kept(browser: Client, person: User) -> None:
    assert subscribe(browser, {"endpoint": ENDPOINT, "expirationTime": None, "keys": KEYS}) == 201
    found = PushSubscription.objects.get()
    assert (found.user, found.endpoint, found.p256dh, found.auth) == (person, ENDPOINT, *KEYS.values())


def test_agreeing_twice_is_once(browser: Client) -> None:
    for _time in range(2):
        assert subscribe(browser, {"endpoint": ENDPOINT, "keys": KEYS}) == 201
    assert PushSubscription.objects.count() == 1


def test_a_shared_browser_belongs_to_who_agreed_last(browser: Client, person: User) -> None:
    PushSubscriptionFactory.create(endpoint=ENDPOINT)
    assert subscribe(browser, {"endpoint": ENDPOINT, "keys": KEYS}) == 201
    assert PushSubscription.objects.get().user == person


def test_a_device_has_a_name_that_people_know(browser: Client) -> None:
    subscribe(browser, {"endpoint": ENDPOINT, "keys": KEYS})
    text = browser.get(reverse("notifications:preferences")).content.decode()
    assert "Firefox, Linux" in text
    assert "Mozilla" not in text


def test_a_browser_that_says_endlessly_who_it_is_is_kept(browser: Client) -> None:
    body = json.dumps({"endpoint": ENDPOINT, "keys": KEYS})
    answer = browser.post(
        SUBSCRIBE, body, content_type="application/json", headers={"user-agent": "x" * 5000}
    )
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.com/send",
        "ftp://push.example.com/send",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://localhost/send",
        "https://localhost./send",
        "https://x.localhost/send",
        "https://x.localhost./send",
        "https://x.localhost。/send",
        "https://127.0.0.1/send",
        "https://127.1/send",
        "https://2130706433/send",
        "https://0x7f.0.0.1/send",
        "https://[::1]/send",
        "https://[::ffff:10.0.0.1]/send",
        "https://10.0.0.1/send",
        "https://169.254.169.254/latest/meta-data/",
        "https://valkey/send",
        "https://db.internal/send",
        "https://db.internal./send",
        "https://printer.local/send",
        "https://push.example.com:8443/send",
        "https://push.example.com:99999/send",
        "https://me@push.example.com/send",
        "https://me:secret@push.example.com/send",
        "https://push.example.com\\@127.0.0.1/",
        "https://push.example.com/\x00",
        "https://push.example.com/a b",
        "https://пример.рф/send",
        "//push.example.com/send",
        "",
        "x",
        "https://push.example.com/" + "a" * 1000,
    ],
)
def test_only_a_named_public_https_address_is_called(endpoint: str, browser: Client) -> None:
    assert subscribe(browser, {"endpoint": endpoint, "keys": KEYS}) == 422
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/dQw4:APA91b-x_y",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
        "https://web.push.apple.com/QGuQ",
        "https://db5p.notify.windows.com/w/?token=BQYAAA%2fx%3d",
        "https://push.example.com:443/send",
    ],
)
def test_addresses_of_real_push_services_are_taken(endpoint: str, browser: Client) -> None:
    assert subscribe(browser, {"endpoint": endpoint, "keys": KEYS}) == 201


def b64(raw: bytes) -> str:
    """As browsers write bytes."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "keys",
    [
        {"p256dh": b64(b"\x04" + b"a" * 63), "auth": KEYS["auth"]},
        {"p256dh": b64(b"\x05" + b"a" * 64), "auth": KEYS["auth"]},
        {"p256dh": KEYS["p256dh"], "auth": b64(b"a" * 15)},
        {"p256dh": KEYS["p256dh"], "auth": b64(b"a" * 24)},
        {"p256dh": "!" * 87, "auth": KEYS["auth"]},
        {"p256dh": KEYS["p256dh"], "auth": "ș" * 22},
        {"p256dh": "", "auth": ""},
        {"auth": KEYS["auth"]},
        {"p256dh": {"a": 1}, "auth": [1]},
    ],
)
def test_keys_of_another_length_or_alphabet_are_refused(keys: Any, browser: Client) -> None:
    assert subscribe(browser, {"endpoint": ENDPOINT, "keys": keys}) == 422
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b"{}",
        b"\xff",
        b"[" * 20_000,
        json.dumps({"endpoint": ENDPOINT}).encode(),
        json.dumps({"endpoint": ENDPOINT, "keys": None}).encode(),
        json.dumps({"endpoint": ENDPOINT, "keys": [1]}).encode(),
        json.dumps({"endpoint": ENDPOINT, "keys": "x"}).encode(),
    ],
)
def test_what_is_no_browsers_word_is_400(body: bytes, browser: Client) -> None:
    assert subscribe(browser, body) == 400
    assert not PushSubscription.objects.exists()


def test_a_form_in_place_of_json_is_400(browser: Client) -> None:
    assert browser.post(reverse("notifications:push_subscribe"), {"endpoint": ENDPOINT}).status_code == 400


def test_keys_cannot_smuggle_in_another_address(browser: Client) -> None:
    subscribe(browser, {"endpoint": ENDPOINT, "keys": KEYS | {"endpoint": "https://127.0.0.1/"}})
    assert not PushSubscription.objects.exclude(endpoint=ENDPOINT).exists()


def test_a_body_of_megabytes_is_refused(browser: Client) -> None:
    body = {"endpoint": ENDPOINT, "keys": KEYS, "more": "a" * 3_000_000}
    assert subscribe(browser, body) in (400, 413)
    assert not PushSubscription.objects.exists()


def test_agreeing_is_for_members_with_the_token_of_a_form(client: Client, person: User) -> None:
    assert subscribe(client, {"endpoint": ENDPOINT, "keys": KEYS}) == 302
    strict = Client(enforce_csrf_checks=True)
    sign_in(strict, person)
    assert subscribe(strict, {"endpoint": ENDPOINT, "keys": KEYS}) == 403
    assert not PushSubscription.objects.exists()


def test_the_token_of_the_form_on_the_page_is_enough(person: User, settings: Any) -> None:
    settings.VAPID_PUBLIC_KEY = settings.VAPID_PRIVATE_KEY = "BAbc"
    strict = Client(enforce_csrf_checks=True)
    sign_in(strict, person)
    page = strict.get(reverse("notifications:preferences"))
    token = str(page.context["csrf_token"])
    answer = strict.post(
        SUBSCRIBE,
        json.dumps({"endpoint": ENDPOINT, "keys": KEYS}),
        content_type="application/json",
        headers={"x-csrftoken": token},
    )
    assert answer.status_code == 201


def test_agreeing_is_a_post(browser: Client) -> None:
    assert browser.get(SUBSCRIBE).status_code == 405


def test_an_own_device_can_be_removed_twice(browser: Client, person: User) -> None:
    device = PushSubscriptionFactory.create(user=person)
    for _time in range(2):
        assert browser.post(reverse("notifications:push_remove", args=[device.pk])).status_code == 303
    assert not PushSubscription.objects.exists()


def test_a_foreign_device_stays(browser: Client) -> None:
    foreign = PushSubscriptionFactory.create()
    browser.post(reverse("notifications:push_remove", args=[foreign.pk]))
    assert PushSubscription.objects.filter(pk=foreign.pk).exists()
    assert browser.get(reverse("notifications:push_remove", args=[foreign.pk])).status_code == 405
    assert browser.post("/ro/messages/push/99999999999999999999/remove/").status_code in (303, 404)


def test_the_page_lists_own_devices_and_offers_this_one(browser: Client, person: User) -> None:
    PushSubscriptionFactory.create(user=person, device=FIREFOX)
    PushSubscriptionFactory.create(device="Un telefon străin")
    text = browser.get(reverse("notifications:preferences")).content.decode()
    assert "Firefox, Linux" in text
    assert "Un telefon străin" not in text
    assert "data-push" in text


def test_without_keys_of_the_portal_nothing_is_offered(browser: Client, settings: Any) -> None:
    settings.VAPID_PUBLIC_KEY = settings.VAPID_PRIVATE_KEY = ""
    text = browser.get(reverse("notifications:preferences")).content.decode()
    assert "data-push" not in text
    assert "community-push" not in text


def test_the_service_worker_shows_messages_and_follows_them(client: Client) -> None:
    text = client.get("/sw.js").content.decode()
    assert 'addEventListener("push"' in text
    assert 'addEventListener("notificationclick"' in text
