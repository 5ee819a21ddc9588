"""The network address of whoever asks: the one place that reads it, and that says when a proxy does not tell it."""

from __future__ import annotations

import ipaddress
import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

logger = logging.getLogger(__name__)

NOBODY_KNOWS = "0.0.0.0"  # noqa: S104 - an address that nobody has, not one to listen on
WARN_EVERY = 600  # seconds, in each process
DIRECT = "/health/", "/metrics"  # probes inside the network pass the proxy by


def client_address(request: HttpRequest) -> str:
    """An IPv4 or IPv6 address in its shortest form; never raises, `0.0.0.0` where nothing is known.

    With BEHIND_PROXY it is the last entry of X-Forwarded-For, which the proxy has written; what stands before it came
    from the client. Where that is missing or no address, and without BEHIND_PROXY, it is the address of the connection.
    """
    told = _told_by_proxy(request) if settings.BEHIND_PROXY else ""
    return told or readable(request.META.get("REMOTE_ADDR", "")) or NOBODY_KNOWS


def household_of(address: str) -> str:
    """The range that counts as one address: an IPv4 address itself, of IPv6 the /64, for a household has all of it."""
    return _range(address, 32, 64)


def network_of(address: str) -> str:
    """The neighbourhood of an address: /24, of IPv6 /48."""
    return _range(address, 24, 48)


def _range(address: str, bits: int, bits6: int) -> str:
    found = ipaddress.ip_address(address)
    bits = bits if isinstance(found, ipaddress.IPv4Address) else bits6
    return str(ipaddress.ip_network((found, bits), strict=False))


def readable(text: str) -> str:
    """The address in a text that may have a port, brackets or a zone; empty when there is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found)


def _told_by_proxy(request: HttpRequest) -> str:
    return readable(request.headers.get("X-Forwarded-For", "").rpartition(",")[2])


class ProxyHeadersMiddleware:
    """Writes one line to the log, now and then, when the proxy in front does not say what it must."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._lock = threading.Lock()
        self._silent_until = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Look at the two headers, then pass on whatever they say."""
        if settings.BEHIND_PROXY and not request.path_info.startswith(DIRECT):
            missing = self._missing(request)
            if missing and self._may_speak():
                logger.warning(
                    "BEHIND_PROXY is on, but the proxy sends no readable %s: see docs/operations.md",
                    " and no ".join(missing),
                )
        return self.get_response(request)

    def _missing(self, request: HttpRequest) -> list[str]:
        wanted = {
            "X-Forwarded-For": bool(_told_by_proxy(request)),
            "X-Forwarded-Proto": request.headers.get("X-Forwarded-Proto") in ("http", "https"),
        }
        return [name for name, there in wanted.items() if not there]

    def _may_speak(self) -> bool:
        with self._lock:
            now = time.monotonic()
            if now < self._silent_until:
                return False
            self._silent_until = now + WARN_EVERY
            return True
