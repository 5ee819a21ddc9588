"""Reads environment variables; a missing or malformed one raises ImproperlyConfigured: nothing starts."""

from __future__ import annotations

import warnings
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

ON = ("true", "1", "yes", "on")
OFF = ("false", "0", "no", "off")
# Mail providers by the name of django-anymail: the class of its backend and its setting for the key
ANYMAIL_PROVIDERS = {
    "brevo": ("EmailBackend", "BREVO_API_KEY"),
    "mailgun": ("EmailBackend", "MAILGUN_API_KEY"),
    "postmark": ("EmailBackend", "POSTMARK_SERVER_TOKEN"),
    "resend": ("EmailBackend", "RESEND_API_KEY"),
}
SHORTEST_SECRET = 50  # characters; what `check --deploy` asks of SECRET_KEY


class Environment:
    """The variables of the process, each read as what it must be; NAME_FILE names a file that holds NAME."""

    def __init__(self) -> None:
        self._env = environ.FileAwareEnv()
        self._env.ENVIRON = FileAwareMapping(cache=False)  # the class's own remembers files for ever

    def text(self, name: str, default: str | None = None) -> str:
        """A text; required when there is no default, and an empty one counts as missing."""
        try:
            value = str(self._env.str(name, default="")).strip() or default
        except (OSError, UnicodeDecodeError):
            raise ImproperlyConfigured(f"{name}_FILE names a file that cannot be read") from None
        if value is None:
            raise ImproperlyConfigured(f"{name} is not set; .env.example tells what it is")
        return value

    def switch(self, name: str, *, default: bool) -> bool:
        """True or false; anything else is refused, for a misspelt word must not turn HTTPS off."""
        word = self.text(name, "true" if default else "false").lower()
        if word not in ON + OFF:
            raise ImproperlyConfigured(f"{name} must be true or false, not {word!r}")
        return word in ON

    def words(self, name: str, default: list[str] | None = None) -> list[str]:
        """A list, written with commas."""
        words = [word.strip() for word in self.text(name, "").split(",")]
        return [word for word in words if word] or (default or [])

    def number(self, name: str, default: int) -> int:
        """A whole number above zero."""
        text = self.text(name, str(default))
        if not (text.isascii() and text.isdigit() and 0 < int(text) < 1_000_000):
            raise ImproperlyConfigured(f"{name} must be a whole number above zero, not {text!r}")
        return int(text)

    def secret(self, name: str, *, long: bool) -> str:
        """A random text; where it must be long, a short one is refused."""
        value = self.text(name)
        if long and len(value) < SHORTEST_SECRET:
            raise ImproperlyConfigured(f"{name} must have at least {SHORTEST_SECRET} random characters")
        return value

    def origin(self, name: str, default: str) -> str:
        """Scheme and host of an address, such as https://nexus.example."""
        value = self.text(name, default).rstrip("/")
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query:
            raise ImproperlyConfigured(
                f"{name} must be an origin such as https://nexus.example, not {value!r}"
            )
        return value

    def contact(self, name: str) -> str:
        """Where people may write: a mailto: or https: address; empty when nobody said."""
        value = self.text(name, "")
        parts = urlsplit(value)
        if value and not (
            (parts.scheme == "mailto" and "@" in parts.path) or (parts.scheme == "https" and parts.netloc)
        ):
            raise ImproperlyConfigured(f"{name} must be like mailto:security@nexus.example, not {value!r}")
        if any(sign.isspace() for sign in value):
            raise ImproperlyConfigured(f"{name} must be one address")
        return value

    def postgres(self, name: str) -> dict[str, Any]:
        """Django's description of the PostgreSQL database that an address names."""
        address = self.text(name)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what it would say follows below, as an error
                found: dict[str, Any] = dict(self._env.db_url_config(address))
        except ValueError:
            found = {}
        if found.get("ENGINE") != "django.db.backends.postgresql" or not found.get("NAME"):
            raise ImproperlyConfigured(f"{name} must look like postgresql://user:password@host:5432/database")
        return found

    def redis(self, name: str, number: int) -> str:
        """The address of one numbered database on the Valkey or Redis server that the variable names."""
        parts = urlsplit(self.text(name))
        try:
            usable = parts.scheme in ("redis", "rediss") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise ImproperlyConfigured(f"{name} must look like redis://:password@host:6379")
        return urlunsplit(parts._replace(path=f"/{number}"))

    def mail(self, name: str, default: str) -> dict[str, Any]:
        """Django's `EMAIL_*` settings for the mail server that an address names."""
        try:
            return dict(self._env.email_url_config(self.text(name, default)))
        except (ImproperlyConfigured, ValueError):
            raise ImproperlyConfigured(f"{name} must look like smtp+tls://user:password@host:587") from None

    def anymail(self) -> dict[str, Any]:
        """Settings that send by a provider's API when ANYMAIL_PROVIDER names one of `ANYMAIL_PROVIDERS`."""
        provider = self.text("ANYMAIL_PROVIDER", "").lower()
        secret = self.text("WEBHOOK_SECRET", "")
        found: dict[str, Any] = {"ANYMAIL": {"WEBHOOK_SECRET": f"nexus:{secret}"} if secret else {}}
        if not provider:
            return found
        if provider not in ANYMAIL_PROVIDERS:
            raise ImproperlyConfigured(
                f"ANYMAIL_PROVIDER must be one of {', '.join(ANYMAIL_PROVIDERS)}, not {provider!r}"
            )
        backend, key = ANYMAIL_PROVIDERS[provider]
        found["ANYMAIL"] |= {key: self.text("ANYMAIL_API_KEY"), "REQUESTS_TIMEOUT": 10}
        return found | {"EMAIL_BACKEND": f"anymail.backends.{provider}.{backend}"}

    def choice(self, name: str, options: tuple[str, ...]) -> str:
        """One of some words; the first is the default."""
        word = self.text(name, options[0])
        if word not in options:
            raise ImproperlyConfigured(f"{name} must be one of {', '.join(options)}, not {word!r}")
        return word

    def module(self, name: str, default: str) -> str:
        """The dotted name of a module that is there."""
        value = self.text(name, default)
        try:
            found = find_spec(value)
        except (ImportError, ValueError):
            found = None
        if found is None:
            raise ImproperlyConfigured(f"{name} must name a module, not {value!r}")
        return value
