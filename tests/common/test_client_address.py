"""Whose address counts: what the proxy wrote, never what a client wrote, and nobody is shut out by an odd header."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from allauth.account.adapter import get_adapter
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client, RequestFactory

from common.client_address import NOBODY_KNOWS, ProxyHeadersMiddleware, client_address
from counselling.identity import origin_key
from counselling.visitors import origin_of

PROXY = "10.0.0.2"


def asked(**meta: str) -> Any:
    """A request with these lines of its environment."""
    return RequestFactory().get("/ro/", **{"REMOTE_ADDR": PROXY} | meta)


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9", "203.0.113.9"),  # what stands before the last came from the client
        ("203.0.113.9:4711", "203.0.113.9"),
        ("2001:DB8::7", "2001:db8::7"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("unknown", PROXY),
        ("1.1.1.1, junk", PROXY),
        ("1.1.1.1,", PROXY),
        ("", PROXY),
    ],
)
def test_behind_a_proxy_its_own_word_counts(settings: Any, header: str, address: str) -> None:
    settings.BEHIND_PROXY = True
    request = asked(HTTP_X_FORWARDED_FOR=header)
    assert client_address(request) == get_adapter().get_client_ip(request) == address
    assert origin_of(request) == origin_key(address)


def test_without_a_proxy_nothing_that_a_client_writes_counts(settings: Any) -> None:
    settings.BEHIND_PROXY = False
    request = asked(HTTP_X_FORWARDED_FOR="203.0.113.9", HTTP_FORWARDED="for=203.0.113.9")
    assert client_address(request) == get_adapter().get_client_ip(request) == PROXY


@pytest.mark.parametrize("remote", ["", "unix:"])
def test_a_server_that_knows_no_address_shuts_nobody_out(settings: Any, remote: str) -> None:
    settings.BEHIND_PROXY = True
    request = asked(REMOTE_ADDR=remote)
    assert client_address(request) == get_adapter().get_client_ip(request) == NOBODY_KNOWS


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["unknown", "1.1.1.1, junk", "<script>", "::g"])
def test_no_form_answers_403_for_an_odd_header(settings: Any, header: str) -> None:
    settings.BEHIND_PROXY = True
    client = Client(HTTP_X_FORWARDED_FOR=header, HTTP_X_FORWARDED_PROTO="http")
    answers = [
        client.post("/ro/account/login/", {"login": "nina@example.com", "password": "no"}),
        client.post("/ro/account/login/code/", {"email": "nina@example.com"}),
        client.post("/ro/appointments/find/", {"reference": "ABCDEFGH", "contact": "nina@example.com"}),
    ]
    assert {answer.status_code for answer in answers} <= {200, 302, 303, 422}


def test_the_log_says_once_in_a_while_what_the_proxy_does_not(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.BEHIND_PROXY = True
    middleware = ProxyHeadersMiddleware(lambda request: HttpResponse())
    whole = {"HTTP_X_FORWARDED_FOR": "203.0.113.9", "HTTP_X_FORWARDED_PROTO": "https"}
    with caplog.at_level(logging.WARNING, "common.client_address"):
        middleware(asked(**whole))
        middleware(RequestFactory().get("/health/live"))
        assert caplog.messages == []
        for _number in range(5):
            middleware(asked(**whole | {"HTTP_X_FORWARDED_FOR": "unknown"}))
        assert len(caplog.messages) == 1
        ProxyHeadersMiddleware(lambda request: HttpResponse())(asked())
    assert [re.findall(r"X-Forwarded-\w+", line) for line in caplog.messages] == [
        ["X-Forwarded-For"],
        ["X-Forwarded-For", "X-Forwarded-Proto"],
    ]


def test_nobody_else_reads_the_address() -> None:
    reads = re.compile(r"REMOTE_ADDR|FORWARDED_FOR|X-Forwarded-For|X-Real-IP", re.IGNORECASE)
    apps = (
        "common",
        "accounts",
        "notifications",
        "services",
        "shopfronts",
        "counselling",
        "portal",
        "nexus",
    )
    files = [path for app in apps for path in (django_settings.BASE_DIR / app).rglob("*.py")]
    readers = [path.name for path in files if reads.search(path.read_text(encoding="utf-8"))]
    assert set(readers) <= {
        "client_address.py",
        "settings.py",
        "front.py",
    }  # the front writes what the socket says
    assert "client_address.py" in readers
