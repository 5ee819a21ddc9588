"""Under production's variables nothing is left to complain about, and headers stand on every answer."""

from __future__ import annotations

import datetime as dt
import json
import logging
import logging.config
import os
import secrets
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client, override_settings

from tests.project.test_settings import GOOD, variables_read

HOST = "nexus.example"
SECURE = {"HTTP_HOST": HOST, "secure": True}
MAIL = {"EMAIL_URL": "smtp+tls://u:p@smtp.example:587", "MAIL_FROM": "NEXUS <no-reply@nexus.example>"}
ADDRESSES = [
    "/ro/",
    "/ru/no-such-page/",
    "/robots.txt",
    "/health/live",
    "/en/services/no-such-service/",
    "/nothing",
]
EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def test_check_deploy_is_clean() -> None:
    kept = {name: value for name, value in os.environ.items() if name not in variables_read()}
    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "DEBUG"],
        cwd=settings.BASE_DIR,
        env=kept | GOOD | MAIL | {"SECRET_KEY": secrets.token_urlsafe(60)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    assert "0 silenced" in checked.stdout


@pytest.fixture
def production() -> Client:
    """A browser that speaks HTTPS with the product in production's settings."""
    with override_settings(
        ALLOWED_HOSTS=[HOST],
        SECURE_SSL_REDIRECT=True,
        SECURE_HSTS_SECONDS=63_072_000,
        SECURE_HSTS_INCLUDE_SUBDOMAINS=True,
        SECURE_HSTS_PRELOAD=True,
    ):
        yield Client(raise_request_exception=False)


def policy(header: str) -> dict[str, list[str]]:
    """A Content-Security-Policy by directive."""
    parts = (directive.split() for directive in header.split(";") if directive.strip())
    return {words[0]: words[1:] for words in parts}


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_security_headers_stand_on_every_answer(production: Client, address: str) -> None:
    answer = production.get(address, **SECURE)
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
    assert "max-age=63072000; includeSubDomains; preload" in answer.headers["Strict-Transport-Security"]
    assert "geolocation=()" in answer.headers["Permissions-Policy"]
    rules = policy(answer.headers["Content-Security-Policy"])
    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"] == rules["style-src"] == ["'self'"]
    assert rules["frame-ancestors"] == rules["base-uri"] == ["'none'"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.urls("tests.project.failing_urls")
def test_security_headers_stand_on_a_failure(production: Client) -> None:
    answer = production.get("/fail/", **SECURE)
    assert answer.status_code == 500
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert b"on purpose" not in answer.content


@pytest.mark.django_db
def test_plain_http_is_sent_to_https_but_for_probes(production: Client) -> None:
    moved = production.get("/ro/", HTTP_HOST=HOST)
    assert (moved.status_code, moved["Location"]) == (301, f"https://{HOST}/ro/")
    assert production.get("/health/live", HTTP_HOST=HOST).status_code == 200


@pytest.mark.django_db
def test_foreign_host_is_refused(production: Client) -> None:
    assert production.get("/ro/", HTTP_HOST="evil.example", secure=True).status_code == 400


def test_only_the_admin_may_evaluate_and_only_there() -> None:
    answer = Client().get("/admin/login/")
    assert "'unsafe-eval'" in policy(answer.headers["Content-Security-Policy"])["script-src"]


def test_a_log_line_is_one_json_object_with_utc_time_and_request() -> None:
    configurator = logging.config.DictConfigurator(
        {"version": 1, "formatters": settings.LOGGING["formatters"]}
    )
    formatter = configurator.configure_formatter(dict(settings.LOGGING["formatters"]["json"]))
    record = logging.LogRecord("nexus", logging.INFO, __file__, 1, "one\ntwo", None, None)
    record.correlation_id, record.request = "abc", "<WSGIRequest>"
    line = formatter.format(record)
    assert "\n" not in line
    told = json.loads(line)
    assert (told["level"], told["logger"], told["request_id"], told["message"]) == (
        "INFO",
        "nexus",
        "abc",
        "one\ntwo",
    )
    assert dt.datetime.fromisoformat(told["at"]).utcoffset() == dt.timedelta(0)
