"""PostgreSQL or Valkey away, seen by a reader of the running product: a clear answer, nothing lost."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psutil
import pytest
import requests
from allauth.account.models import EmailAddress
from django.db import connection

from accounts.models import User
from nexus import web
from nexus.embedded.children import wait_until
from nexus.front import LARGEST_BODY
from services.models import ListingReport
from tests.browser.mailbox import Mailbox
from tests.factories.accounts import UserFactory
from tests.factories.services import ServiceFactory
from tests.project.forwarder import Forwarder

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 40  # seconds
PASSWORD = "a password of the test"


@dataclass
class Running:
    """The product behind two doors."""

    address: str
    postgres: Forwarder
    valkey: Forwarder
    mailbox: Mailbox
    server: int  # process id

    def seconds(self, path: str, status: int) -> float:
        """How long the address takes to answer with a status, on a connection of its own."""
        began = time.monotonic()
        assert self.get(path).status_code == status, path
        return time.monotonic() - began

    def get(self, path: str) -> requests.Response:
        """Ask as a new visitor."""
        return requests.get(self.address + path, timeout=20)


@pytest.fixture
def running(settings: Any) -> Iterator[Running]:
    """Granian over the test's database, both servers reached through doors."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]  # the server's own
    ServiceFactory.create(key="pension-italy", words="Pensie din Italia")
    curator: User = UserFactory.create(handle="curator")
    EmailAddress.objects.create(user=curator, email=curator.email, verified=True, primary=True)
    curator.set_password(PASSWORD)
    curator.save()
    database = connection.settings_dict
    broker = urlsplit(os.environ["REDIS_URL"])
    with tempfile.TemporaryDirectory(prefix="nx", dir="/tmp") as folder, socket.socket() as probe:
        port = database["PORT"] or 5432
        host = database["OPTIONS"].get("host") or database["HOST"]
        there = f"{host}/.s.PGSQL.{port}" if str(host).startswith("/") else (host, int(port))
        postgres = Forwarder(f"{folder}/.s.PGSQL.5432", there)
        valkey = Forwarder(("127.0.0.1", 0), (broker.hostname, broker.port))
        probe.bind(("127.0.0.1", 0))
        port_of_web = probe.getsockname()[1]
        probe.close()
        user = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
        env = os.environ | {
            "DATABASE_URL": f"postgresql://{user}@/{database['NAME']}?host={quote(folder, safe='')}",
            "REDIS_URL": f"redis://:{broker.password or ''}@127.0.0.1:{valkey.here[1]}",
            "RELEASE": f"outage-{port_of_web}",  # pages of its own in a cache that other tests share
            "ALLOWED_HOSTS": "127.0.0.1",
            "EMAIL_URL": f"filemail:///{folder}/mail",
            "LOG_LEVEL": "ERROR",
        }
        server = subprocess.Popen(
            web.command(port_of_web, processes=1),
            cwd=ROOT,
            env=env,
        )
        product = Running(
            f"http://127.0.0.1:{port_of_web}", postgres, valkey, Mailbox(Path(folder) / "mail"), server.pid
        )
        try:
            wait_until_alive(product)
            yield product
        finally:
            server.terminate()
            server.wait(20)
            for door in (postgres, valkey):
                door.shut()


def wait_until_alive(product: Running) -> None:
    """Return when the server answers. Raises ConnectionError after a while."""
    until = time.monotonic() + READY_WITHIN
    while True:
        try:
            product.get("/health/live")
        except requests.ConnectionError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


def token(page: requests.Response) -> str:
    """The CSRF token of a form."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert found
    return found[1]


def sign_in(
    running: Running, fields: dict[str, str], session: requests.Session | None = None
) -> requests.Response:
    """Send the sign-in form; the page where it ends."""
    session, address = session or requests.Session(), f"{running.address}/ro/account/login/"
    page = session.get(address, timeout=20)
    return session.post(
        address, fields | {"csrfmiddlewaretoken": token(page)}, headers={"Referer": address}, timeout=30
    )


def test_without_valkey_people_read_report_and_sign_in(running: Running) -> None:
    running.valkey.shut()
    for path in (
        "/ro/",
        "/ro/services/?q=pensie",
        "/ru/services/pension-italy/",
        "/ro/services/?q=qwzx",
        "/en/saved/",
    ):
        assert running.get(path).status_code == 200, path
    assert "Pensie din Italia" in running.get("/ro/services/?q=pensie").text

    session = requests.Session()
    report = f"{running.address}/ro/services/pension-italy/report/"
    form = session.get(report, timeout=20)
    submission = re.search(r'name="submission" value="([^"]+)"', form.text)
    assert submission
    sent = session.post(
        report,
        {"kind": "cost", "text": "", "submission": submission[1], "csrfmiddlewaretoken": token(form)},
        headers={"Referer": report},
        timeout=20,
    )
    assert sent.url.endswith("/report/done/")
    assert ListingReport.objects.count() == 1

    by_password = sign_in(running, {"login": "curator@example.com", "password": PASSWORD})
    assert by_password.url.endswith("/ro/account/")
    asked = requests.Session()
    waiting = sign_in(running, {"login": "curator@example.com"}, asked)
    code = running.mailbox.code_for(
        "curator@example.com"
    )  # no worker hears of it: the web process sends it itself
    form_fields = {"code": code, "action": "verify", "csrfmiddlewaretoken": token(waiting)}
    entered = asked.post(waiting.url, form_fields, headers={"Referer": waiting.url}, timeout=30)
    assert entered.url.endswith("/ro/account/")
    assert running.get("/health/ready").status_code == 503


def test_without_postgresql_kept_pages_are_served_and_the_others_say_so(running: Running) -> None:
    kept = running.get("/ro/services/pension-italy/")
    assert kept.status_code == 200
    running.postgres.shut()
    again = running.get("/ro/services/pension-italy/")
    assert (again.status_code, again.text) == (200, kept.text)
    for path, words in (
        ("/ro/providers/", "Revenim imediat"),
        ("/ru/providers/", "Мы скоро вернёмся"),
        ("/en/providers/", "We will be back"),
    ):
        away = running.get(path)
        assert (away.status_code, away.headers["Retry-After"], away.headers["Cache-Control"]) == (
            503,
            "30",
            "no-store",
        )
        assert words in away.text
        assert "Traceback" not in away.text
    assert running.get("/api/hsds/services?search=pensie").status_code == 503
    assert running.get("/health/live").status_code == 200
    assert running.get("/health/ready").status_code == 503
    running.postgres.open()
    assert running.get("/ro/providers/").status_code == 200


def test_a_postgresql_that_hangs_is_not_waited_for(running: Running) -> None:
    running.get("/ro/services/pension-italy/")
    for _number in range(3):
        running.get("/ro/providers/?page=1")
    running.postgres.freeze()
    assert running.seconds("/ro/services/pension-italy/", 200) < 1
    assert running.seconds("/en/providers/", 503) < 4  # the first to notice waits for its thread's connection
    for _number in range(6):
        assert running.seconds("/ru/providers/", 503) < 1
        assert running.seconds("/ro/services/pension-italy/", 200) < 1
        assert running.seconds("/health/live", 200) < 1
    running.postgres.thaw()
    assert wait_until(lambda: running.get("/ru/providers/").status_code == 200, 10)


def test_a_statement_in_flight_ends_when_postgresql_hangs(running: Running) -> None:
    from common.postgresql.base import STATEMENT_SECONDS  # noqa: PLC0415  # beside what it is compared with

    sent = threading.Thread(target=lambda: [running.get("/ro/services/?q=" + "a" * n) for n in range(2, 20)])
    sent.start()
    time.sleep(0.3)
    running.postgres.freeze()
    sent.join(STATEMENT_SECONDS + 10)
    assert not sent.is_alive()


def test_a_valkey_that_hangs_delays_nobody_for_long(running: Running) -> None:
    running.get("/ro/services/pension-italy/")
    running.valkey.freeze()
    times = [running.seconds("/ro/services/pension-italy/", 200) for _number in range(8)]
    assert max(times) < 2
    assert sorted(times)[-2] < 1  # one thread tries, the others go on
    assert running.seconds("/health/live", 200) < 1


def test_somebody_signed_in_is_told_that_postgresql_is_away(running: Running) -> None:
    """The session is read before the view: that must not be "our fault" (500)."""
    session = requests.Session()
    entered = sign_in(running, {"login": "curator@example.com", "password": PASSWORD}, session)
    assert entered.url.endswith("/ro/account/")
    running.postgres.shut()
    away = session.get(f"{running.address}/ro/account/", timeout=20)
    assert (away.status_code, away.headers["Retry-After"]) == (503, "30")


@contextlib.contextmanager
def unfinished(address: str, count: int, text: bytes) -> Iterator[list[socket.socket]]:
    """Connections on which a request has begun and does not go on."""
    host, port = address.removeprefix("http://").split(":")
    with contextlib.ExitStack() as stack:
        links = [
            stack.enter_context(socket.create_connection((host, int(port)), 5)) for _number in range(count)
        ]
        for link in links:
            link.sendall(text)
        yield links


BODY = (
    b"POST /hooks/unsubscribe/x/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nx"
)
HEAD = b"GET /ro/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: "


def test_slow_clients_hold_no_thread(running: Running) -> None:
    """F01: eight bodies that dripped stopped everything."""
    running.get("/ro/services/pension-italy/")
    with unfinished(running.address, 60, BODY), unfinished(running.address, 60, HEAD):
        for path in (
            "/ro/services/pension-italy/",
            "/health/live",
            "/ro/services/?q=pensie",
            "/ro/account/login/",
        ):
            assert running.seconds(path, 200) < 2, path


def test_what_is_too_long_or_in_disguise_is_refused(running: Running) -> None:
    said = running.address + "/hooks/unsubscribe/x/"
    assert requests.post(said, data=b"x" * (LARGEST_BODY + 1), timeout=10).status_code == 413
    dripped = requests.post(said, data=iter([b"x" * 400_000] * 4), timeout=10)  # without its length
    assert dripped.status_code == 413
    assert requests.post(said, data=b"x=1", timeout=10).status_code != 413
    answer = requests.get(
        running.address + "/ro/", headers={"Accept_Encoding": "br", "Accept-Encoding": ""}, timeout=10
    )  # the underscore
    assert "Content-Encoding" not in answer.headers


def test_a_web_process_that_dies_is_replaced(running: Running) -> None:
    (process,) = psutil.Process(running.server).children()
    process.kill()
    assert wait_until(lambda: process not in psutil.Process(running.server).children(), 10)

    def answers() -> bool:
        with contextlib.suppress(requests.ConnectionError):
            return running.get("/health/live").status_code == 200
        return False

    assert wait_until(answers, READY_WITHIN)
