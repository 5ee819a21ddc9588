"""`check --deploy` is red when an installation would be up and useless: no mail, foreign hosts, a catcher of codes."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.checks.messages import ERROR

RIGHT = {
    "HTTPS": True,
    "BASE_URL": "https://nexus.example",
    "ALLOWED_HOSTS": ["nexus.example"],
    "MAIL_IS_NAMED": True,
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "EMAIL_HOST": "smtp.example",
    "EMAIL_PORT": 587,
    "DEFAULT_FROM_EMAIL": "NEXUS <no-reply@nexus.example>",
    "BEHIND_PROXY": True,
    "WEB_ADDRESS": "127.0.0.1:8000",
}


def complaints(settings: Any, **changed: Any) -> list[str]:
    """What our own checks say about these settings."""
    for name, value in (RIGHT | changed).items():
        setattr(settings, name, value)
    return [found.id for found in run_checks(tags=["nexus"], include_deployment_checks=True)]


@pytest.mark.parametrize(
    "right",
    [
        {},
        {"ALLOWED_HOSTS": [".nexus.example"], "BASE_URL": "https://www.nexus.example:8443"},
        {"EMAIL_HOST": "localhost", "EMAIL_PORT": 25},  # a mail server on the same machine, named
        {"EMAIL_BACKEND": "anymail.backends.brevo.EmailBackend", "EMAIL_PORT": 1025},
        {"BEHIND_PROXY": False, "WEB_ADDRESS": "0.0.0.0:8000"},
        {"WEB_ADDRESS": "[::1]:8000"},
        {"WEB_ADDRESS": "127.0.0.1:8000-8001"},
        {"WEB_ADDRESS": ""},
    ],
)
def test_an_installation_that_works_is_left_alone(settings: Any, right: dict[str, Any]) -> None:
    assert complaints(settings, **right) == []


@pytest.mark.parametrize(
    ("wrong", "number"),
    [
        ({"MAIL_IS_NAMED": False}, "001"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}, "002"),
        ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "002"),
        ({"EMAIL_HOST": "mail", "EMAIL_PORT": 1025}, "002"),
        ({"EMAIL_HOST": "mailpit", "EMAIL_PORT": 25}, "002"),
        ({"EMAIL_HOST": "10.0.0.7", "EMAIL_PORT": 1025}, "002"),
        ({"ALLOWED_HOSTS": ["*"]}, "004"),
        ({"ALLOWED_HOSTS": ["nexus.example", "*"]}, "004"),
        ({"BASE_URL": "https://other.example"}, "005"),
        ({"BASE_URL": "http://nexus.example"}, "006"),
        ({"WEB_ADDRESS": "0.0.0.0:8000"}, "007"),
        ({"WEB_ADDRESS": "192.0.2.4:8000"}, "007"),
        ({"WEB_ADDRESS": "[::]:8000"}, "007"),
    ],
)
def test_each_mistake_is_an_error_and_a_warning_where_it_is_only_tried(
    settings: Any, wrong: dict[str, Any], number: str
) -> None:
    assert complaints(settings, **wrong) == [f"nexus.E{number}"]
    tried = complaints(settings, **wrong, HTTPS=False)
    assert tried == ([] if number == "006" else [f"nexus.W{number}"])


def test_what_the_attack_found_is_red(settings: Any) -> None:
    wrong = {"MAIL_IS_NAMED": False, "ALLOWED_HOSTS": ["*"], "BASE_URL": "http://other.example"}
    assert complaints(settings, **wrong) == ["nexus.E001", "nexus.E004", "nexus.E006"]
    found = run_checks(tags=["nexus"], include_deployment_checks=True)
    assert {one.level for one in found} == {ERROR}


def test_a_sender_at_localhost_is_a_warning(settings: Any) -> None:
    assert complaints(settings, DEFAULT_FROM_EMAIL="NEXUS <no-reply@localhost>") == ["nexus.W003"]
