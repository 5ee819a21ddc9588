"""`manage.py check --deploy`: what would leave an installation up and useless, or open."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 - Django's name
from django.http.request import validate_host

SENDS = ("django.core.mail.backends.smtp.", "anymail.backends.")
CATCHERS = ("mail", "mailpit", "mailhog", "maildev", "mailcatcher")
CATCHER_PORTS = (1025, 1080)


def complain(number: int, message: str, hint: str) -> list[CheckMessage]:
    """An error; where HTTPS is off, which is for trying the product on one machine, a warning."""
    kind = Error if settings.HTTPS else Warning
    return [kind(message, hint=hint, id=f"nexus.{'E' if settings.HTTPS else 'W'}{number:03}")]


@register("nexus", deploy=True)
def mail_leaves(**_: Any) -> list[CheckMessage]:
    """Somebody must have said where mails go, and that must not be a place that only keeps them."""
    hint = "Set EMAIL_URL to the outgoing mail server, or ANYMAIL_PROVIDER with ANYMAIL_API_KEY."
    if not settings.MAIL_IS_NAMED:
        return complain(1, "No mail would leave: neither EMAIL_URL nor ANYMAIL_PROVIDER is set.", hint)
    if not settings.EMAIL_BACKEND.startswith(SENDS):
        return complain(2, f"No mail would leave: {settings.EMAIL_BACKEND} only keeps what it gets.", hint)
    by_smtp = settings.EMAIL_BACKEND.startswith(SENDS[0])
    if by_smtp and (settings.EMAIL_HOST.lower() in CATCHERS or settings.EMAIL_PORT in CATCHER_PORTS):
        where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
        return complain(2, f"No mail would leave: {where} catches mails, sign-in codes among them.", hint)
    return []


@register("nexus", deploy=True)
def sender_is_ours(**_: Any) -> list[CheckMessage]:
    """Mail servers refuse what comes from localhost."""
    if not settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith("@localhost"):
        return []
    return [Warning("Mails would come from an address at localhost.", hint="Set MAIL_FROM.", id="nexus.W003")]


@register("nexus", deploy=True)
def hosts_fit(**_: Any) -> list[CheckMessage]:
    """Links in messages lead to BASE_URL: that must be this site, and no other name may be taken for it."""
    base = urlsplit(settings.BASE_URL)
    found: list[CheckMessage] = []
    if "*" in settings.ALLOWED_HOSTS:
        found += complain(4, "ALLOWED_HOSTS holds `*`.", "Name the hosts; a request may then carry no other.")
    elif not validate_host(base.netloc.rpartition("@")[2].partition(":")[0], settings.ALLOWED_HOSTS):
        found += complain(
            5, f"ALLOWED_HOSTS does not hold {base.hostname}, the host of BASE_URL.", "Make them fit."
        )
    if settings.HTTPS and base.scheme != "https":
        found += complain(6, "HTTPS is on, but BASE_URL does not begin with https://.", "Make them fit.")
    return found


@register("nexus", deploy=True)
def only_the_proxy_reaches_us(**_: Any) -> list[CheckMessage]:
    """Whoever reaches the port itself writes the headers that BEHIND_PROXY believes."""
    host = settings.WEB_ADDRESS.rpartition(":")[0].strip("[]")
    if not settings.BEHIND_PROXY or not host or _is_loopback(host):
        return []
    return complain(
        7,
        f"BEHIND_PROXY is on, and {settings.WEB_ADDRESS} can be reached past the proxy.",
        "Publish the web process on 127.0.0.1 (WEB_ADDRESS), or switch BEHIND_PROXY off.",
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
