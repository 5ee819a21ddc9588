"""`python -m bench.programs.booking_client`: one visitor who books as fast as the server answers.

Reads a line of JSON (the port and what to press), says "ready", then for each line `bookings 5.0`, `holds 5.0` or
`bare 5.0` does that for so many seconds and says how many succeeded. Standard library alone, so that the load costs little.
"""

from __future__ import annotations

import gzip
import http.client
import itertools
import json
import re
import secrets
import sys
import time
from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

HOST = "127.0.0.1"
CONTACT = "/ro/appointments/book/contact/"
HOLD = re.compile(rb'name="hold" value="([^"]+)"')
WAY = {"language": "ro", "mode": "in_person"}


class Visitor:
    """A browser's session on one connection that stays open."""

    def __init__(self, port: int) -> None:
        self.host = f"localhost:{port}"
        self.connection = http.client.HTTPConnection(HOST, port, timeout=30)
        self.cookies: dict[str, str] = {}
        self.page = b""

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """Send one request; its status and where it sends the browser. The page is kept."""
        headers = {"Host": self.host, "Accept-Encoding": "gzip"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(fields | {"csrfmiddlewaretoken": self.cookies["csrf"]})
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        self.page = response.read()
        for line in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return response.status, response.headers.get("Location", "")

    def hold(self, path: str, slot: str) -> None:
        """Press the button of a time."""
        self._post(path, WAY | {"slot": slot, "visitor": secrets.token_hex(16)}, CONTACT)

    def book(self) -> None:
        """Give a name, and no address: then no limit counts bookings of a person."""
        self.ask("GET", CONTACT)
        found = HOLD.search(gzip.decompress(self.page) if self.page[:2] == b"\x1f\x8b" else self.page)
        hold = found[1].decode() if found else ""
        self._post(CONTACT, {"hold": hold, "name": "Nina", "contact": "", "note": ""}, "/view/")

    def bare(self, number: int) -> None:
        """Ask the view that does nothing but the statements."""
        self._post(f"/bare/{number}", {}, "", success=204)

    def _post(self, path: str, fields: dict[str, str], expected: str, success: int = 303) -> None:
        status, location = self.ask("POST", path, fields)
        if status != success or expected not in location:
            raise SystemExit(f"POST {path} answered {status} {location}")


def main() -> None:
    """Do what the bench says until it says no more."""
    plan: dict[str, Any] = json.loads(sys.stdin.readline())
    visitor = Visitor(plan["port"])
    presses = iter(plan["presses"])
    numbers = itertools.count(plan["number"], plan["clients"])
    path, _slot = plan["presses"][0]
    status, _location = visitor.ask("GET", f"{path}?{urlencode(WAY)}")  # the form brings the token
    if status != 200:
        raise SystemExit(f"GET {path} answered {status}")

    def hold() -> None:
        visitor.hold(*next(presses))  # an error ends the program: the office is too small

    def book() -> None:
        hold()
        visitor.book()

    deeds = {"bookings": book, "holds": hold, "bare": lambda: visitor.bare(next(numbers))}
    _say("ready")
    for line in sys.stdin:
        what, seconds = line.split()
        _say(str(_count(deeds[what], float(seconds))))


def _count(deed: Callable[[], None], seconds: float) -> int:
    done, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        deed()
        done += 1
    return done


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
