"""The real web server on the test's own database, and people who book there with cookies and forms, at the same moment."""

from __future__ import annotations

import datetime as dt
import http.cookiejar
import os
import re
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from counselling.models import Counsellor, Reason
from nexus import web
from nexus.embedded.children import wait_until
from nexus.embedded.valkey import free_port
from tests.factories.counselling import ReasonFactory, ShiftFactory, shopfront

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 60  # seconds; a busy machine starts slowly
TIMES = "/ro/appointments/book/cahul/{reason}/times/"
CONTACT = "/ro/appointments/book/contact/"
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
SLOT = re.compile(r'name="slot" value="([^"]+)"')
OVERLAPS = """
    SELECT count(*) FROM counselling_appointment a JOIN counselling_appointment b
    ON a.id < b.id AND a.counsellor_id = b.counsellor_id AND a.session_key <> b.session_key
    AND tstzrange(a.busy_from, a.busy_until) && tstzrange(b.busy_from, b.busy_until)
    WHERE a.status IN ('held', 'booked', 'arrived', 'in_session') AND b.status IN ('held', 'booked', 'arrived', 'in_session')
    AND a.kind = 'booked' AND b.kind = 'booked'
"""
SAME_PERSON = """
    SELECT count(*) FROM counselling_appointment a JOIN counselling_appointment b
    ON a.id < b.id AND a.person_key = b.person_key AND a.person_key <> ''
    AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
    WHERE a.status IN ('booked', 'arrived', 'in_session') AND b.status IN ('booked', 'arrived', 'in_session')
"""


def scalar(statement: str) -> int:
    """The one number that a statement gives."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def overlaps() -> int:
    """Pairs of appointments that no counsellor, or no person, can keep both; told by SQL alone."""
    return scalar(OVERLAPS) + scalar(SAME_PERSON)


def office(counsellors: int) -> tuple[Reason, list[Counsellor]]:
    """A shop-front that is open on every day, with people who work there."""
    front, reason = shopfront(), ReasonFactory.create(horizon_days=30, most_open=50)
    for weekday in (6, 7):
        front.opening_hours.create(weekday=weekday, opens=dt.time(8), closes=dt.time(17))
    people = [ShiftFactory.create(weekday=1).counsellor for _number in range(counsellors)]
    for who in people:
        for weekday in range(2, 8):
            ShiftFactory.create(counsellor=who, weekday=weekday)
    return reason, people


def address_of_database() -> str:
    """The test's own database, as a process reads it."""
    database = connection.settings_dict
    host = str(database["OPTIONS"].get("host") or database["HOST"])
    user = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
    if host.startswith("/"):
        return f"postgresql://{user}@/{database['NAME']}?host={quote(host, safe='')}"
    return f"postgresql://{user}@{host}:{database['PORT'] or 5432}/{database['NAME']}"


@contextmanager
def serving(folder: Path, guards: str, **more: str) -> Iterator[str]:
    """The web server as in production, with two processes; its address. `more` are variables of its environment."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    env = (
        os.environ
        | {
            "DATABASE_URL": address_of_database(),
            "REDIS_URL": settings.CACHES["default"]["LOCATION"].rsplit("/", 1)[0],
            "BASE_URL": address,
            "LOG_LEVEL": "ERROR",
            "RACE_GUARDS": guards,
        }
        | more
    )
    words = web.command(port, processes=2, application="tests.project.booking_rsgi:application")
    log = folder / f"web-{guards}.log"
    with log.open("wb") as output:
        server = subprocess.Popen(words, cwd=ROOT, env=env, stdout=output, stderr=output)
    try:
        wait_until(lambda: server.poll() is not None or answers(address), READY_WITHIN)
        if not answers(address):
            pytest.fail(log.read_text(encoding="utf-8"))
        yield address
    finally:
        server.terminate()
        server.wait(30)


def answers(address: str) -> bool:
    """Whether somebody listens there."""
    try:
        with urllib.request.urlopen(f"{address}/health/live", timeout=10) as answer:  # noqa: S310  # loopback
            return bool(answer.status == 200)
    except OSError:
        return False


class _Stay(urllib.request.HTTPRedirectHandler):
    """Show where an answer leads instead of going there."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Do not."""


@dataclass
class Answer:
    """What came back, and how long it took (seconds)."""

    status: int
    text: str
    location: str
    seconds: float

    @property
    def slots(self) -> list[str]:
        """Times that can be pressed."""
        return SLOT.findall(self.text)

    @property
    def hidden(self) -> dict[str, str]:
        """What the form of the page brings along."""
        return dict(HIDDEN.findall(self.text))


@dataclass
class Visitor:
    """A browser without JavaScript: cookies, forms, nothing else."""

    site: str
    number: int
    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)
    form: dict[str, str] = field(default_factory=dict)  # hidden fields of the last page with a form
    seen: list[Answer] = field(default_factory=list)

    def get(self, path: str) -> Answer:
        """Look at a page."""
        return self._ask(path, None)

    def post(self, path: str, **fields: str) -> Answer:
        """Send the form that was seen last."""
        body = urllib.parse.urlencode(self.form | fields).encode()
        return self._ask(path, body)

    @property
    def address(self) -> str:
        """Another one for each request: how many come from one address is not what the races are about."""
        port = int(self.site.rpartition(":")[2])
        return f"{10 + port % 100}.{self.number}.{len(self.seen) % 256}.{1 + len(self.seen) // 256}"

    def _ask(self, path: str, body: bytes | None) -> Answer:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), _Stay)
        request = urllib.request.Request(self.site + path, data=body)  # noqa: S310  # loopback
        request.add_header("X-Race-Address", self.address)
        request.add_header("X-Forwarded-For", self.address)  # read where a server believes its proxy
        begun = time.perf_counter()
        try:
            with opener.open(request, timeout=60) as reply:
                text, status, headers = reply.read().decode(), reply.status, reply.headers
        except urllib.error.HTTPError as error:
            with error:
                text, status, headers = error.read().decode(), error.code, error.headers
        answer = Answer(status, text, headers.get("Location", ""), time.perf_counter() - begun)
        self.form = answer.hidden or self.form
        self.seen.append(answer)
        return answer


def together(*deeds: Callable[[], Any], seconds: float = 120) -> list[Any]:
    """What deeds give that begin at the same moment, each in a thread with connections of its own."""
    start, found = threading.Barrier(len(deeds)), dict[int, Any]()

    def run(number: int, deed: Callable[[], Any]) -> None:
        try:
            start.wait(30)
            found[number] = deed()
        except Exception as error:  # the test looks at it
            found[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds)
    return [found[number] for number in range(len(deeds))]


def times_path(reason: Reason) -> str:
    """The page of free times."""
    number = Reason.objects.values_list("number", flat=True).get(pk=reason.pk)
    return f"{TIMES.format(reason=number)}?language=ro&mode=in_person"


def visitors(site: str, reason: Reason, count: int) -> Sequence[Visitor]:
    """People who all look at the free times."""
    found = [Visitor(site, number) for number in range(count)]
    for visitor in found:
        assert visitor.get(times_path(reason)).status == 200
    return found
