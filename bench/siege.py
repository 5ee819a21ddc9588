"""What people wait while somebody, or a server that hangs, tries to hold every thread: 20 probes a second for a minute.

Loopback only. The former server (granian's own WSGI, four threads a process, nothing limited) is the control. Where it fell, its
worst answer must be beyond the bound, or the siege is none; where it stood, its worst answer is told beside ours.
"""

from __future__ import annotations

import contextlib
import itertools
import re
import secrets
import socket
import statistics
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil
import redis
import requests
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils.translation import override

from bench.harness import CannotMeasureError, Part, Result, within
from bench.server import Server, serving
from nexus.web import HOST

SECONDS, CONTROL_SECONDS = 60, 15
PROBES_A_SECOND = 20
PATIENCE = 10  # seconds; a probe that takes longer counts as this
BODIES, HEADS, READERS, POSTERS = 200, 300, 100, 16
DRIP = 2.0  # seconds between two bytes
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')

Siege = Callable[[Server], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Slow:
    """A client that begins and does not go on."""

    begins: bytes
    drips: bytes  # now and then; nothing for one that only does not read

    def connect(self, port: int) -> socket.socket:
        """Begin."""
        link = socket.socket()
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # what is not read fills the server's side
        link.settimeout(5)
        link.connect((HOST, port))
        link.sendall(self.begins)
        return link


@contextmanager
def in_background(work: Callable[[], None]) -> Iterator[threading.Event]:
    """Repeat something in a thread until the block ends."""
    over = threading.Event()

    def run() -> None:
        while not over.is_set():
            work()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield over
    finally:
        over.set()
        thread.join(PATIENCE)


@contextmanager
def slow_clients(kind: Slow, count: int, server: Server) -> Iterator[None]:
    """So many connections at all times: one that the server closes is made anew."""
    links: list[socket.socket] = []

    def drip() -> None:
        for link in list(links):
            try:
                link.sendall(kind.drips)
                if kind.drips and _is_closed(link):
                    raise ConnectionResetError
            except OSError:
                links.remove(link)
                link.close()
        with contextlib.suppress(OSError):
            while len(links) < count:
                links.append(kind.connect(server.port))
        time.sleep(DRIP)

    with in_background(drip):
        time.sleep(1)
        try:
            yield
        finally:
            for link in links:
                link.close()


def _is_closed(link: socket.socket) -> bool:
    link.setblocking(False)
    try:
        return not link.recv(65_536)
    except BlockingIOError:
        return False
    finally:
        link.settimeout(5)


def slow_bodies(server: Server) -> AbstractContextManager[None]:
    """Forms whose body drips."""
    head = (
        "POST /hooks/unsubscribe/x/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    return slow_clients(Slow(head.encode(), b"x"), BODIES, server)


def slow_heads(server: Server) -> AbstractContextManager[None]:
    """Requests whose head never ends."""
    return slow_clients(Slow(b"GET /ro/ HTTP/1.1\r\nHost: localhost\r\nX-A: ", b"a"), HEADS, server)


def slow_readers(server: Server) -> AbstractContextManager[None]:
    """Clients that ask for the largest file ten times over and do not read."""
    root = Path(settings.STATIC_ROOT)
    largest = max(root.rglob("*.js"), key=lambda path: path.stat().st_size).relative_to(root)
    asked = f"GET /static/{largest} HTTP/1.1\r\nHost: localhost\r\n\r\n" * 10
    return slow_clients(Slow(asked.encode(), b""), READERS, server)


def postgresql_stopped(server: Server) -> AbstractContextManager[None]:
    """The server and all its processes stand still (SIGSTOP), with requests in flight."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    postmaster = psutil.Process(backend).parent()
    connection.close()
    if postmaster is None:
        raise CannotMeasureError("PostgreSQL runs where it cannot be stopped.")
    return stopped(server, postmaster)


def valkey_stopped(server: Server) -> AbstractContextManager[None]:
    """Valkey stands still."""
    client = redis.Redis.from_url(settings.CELERY_BROKER_URL)
    with contextlib.closing(client):
        return stopped(server, psutil.Process(client.info("server")["process_id"]))


@contextmanager
def stopped(server: Server, leader: psutil.Process) -> Iterator[None]:
    """A server that hangs, while ten searches a second arrive that need it."""
    family = [leader]
    words = itertools.count()

    def search() -> None:
        address = f"{server.origin}/ro/services/?q=pasaport+{next(words)}"
        pool.submit(_seconds, address)
        time.sleep(0.1)

    with ThreadPoolExecutor(120) as pool, in_background(search):
        time.sleep(1)
        leader.suspend()  # first, so that no process is added meanwhile
        family += leader.children(recursive=True)
        for process in family[1:]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.suspend()
        try:
            yield
        finally:
            for process in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.resume()


@contextmanager
def password_posters(server: Server) -> Iterator[None]:
    """Clients of one address that try wrong passwords under ever new addresses."""
    answers: list[int] = []
    with ExitStack() as stack:
        for _number in range(POSTERS):
            stack.enter_context(in_background(partial(_poster(server), answers)))
        yield
    counted = {status: answers.count(status) for status in sorted(set(answers))}
    print(f"# passwords tried: {counted}", file=sys.stderr)


def _poster(server: Server) -> Callable[[list[int]], None]:
    session, address = requests.Session(), f"{server.origin}/ro/account/login/"
    form: dict[str, str] = {}

    def post(answers: list[int]) -> None:
        try:
            if not form:
                found = TOKEN.search(session.get(address, timeout=60).text)
                form.update({"csrfmiddlewaretoken": found[1]} if found else {})
            fields = form | {
                "login": f"{secrets.token_hex(6)}@bench.example",
                "password": "wrong wrong wrong",
            }
            sent = session.post(
                address, fields, headers={"Origin": server.origin, "Referer": address}, timeout=60
            )
            answers.append(sent.status_code)
        except requests.RequestException:
            time.sleep(0.2)

    return post


def _seconds(address: str) -> float:
    """How long an answer takes that is a success; what is none counts as PATIENCE."""
    began = time.monotonic()
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as response:  # noqa: S310 - loopback
            response.read()
    except OSError:
        return float(PATIENCE)
    return time.monotonic() - began


def probed() -> list[str]:
    """Two kept pages, the process itself, and numbers for danger, for which the siege is the first to ask."""
    with override("ru"):
        return ["/ro/services/pension-italy/", "/ro/", "/health/live", reverse("portal:help_now")]


def probe(server: Server, seconds: int) -> list[float]:
    """Ask at a steady pace, however long the answers take, each time on a new connection."""
    count, paths, began = seconds * PROBES_A_SECOND, probed(), time.monotonic()
    asked = []
    with ThreadPoolExecutor(PROBES_A_SECOND * (PATIENCE + 1)) as pool:
        for number in range(count):
            time.sleep(max(0.0, began + number / PROBES_A_SECOND - time.monotonic()))
            asked.append(pool.submit(_seconds, server.origin + paths[number % len(paths)]))
    return [each.result() for each in asked]


def measured(siege: Siege, seconds: int, *, is_protected: bool) -> tuple[float, float]:
    """The 99th percentile and the worst answer of a siege, in seconds."""
    environment = {} if is_protected else {"DJANGO_SETTINGS_MODULE": "bench.unprotected"}
    with serving(is_protected=is_protected, **environment) as server:
        for path in probed()[:-1] * 4:  # kept, and near to both processes
            _seconds(server.origin + path)
        with siege(server):
            times = probe(server, seconds)
    return statistics.quantiles(times, n=100)[98], max(times)


def part(name: str, siege: Siege, bound: float, *, control_falls: bool) -> Part:
    """A siege and its control."""

    def run() -> Iterator[Result]:
        usual, worst = measured(siege, SECONDS, is_protected=True)
        yield within(f"siege.{name}_p99", usual, bound, "s")
        yield within(f"siege.{name}_worst", worst, bound, "s")
        _usual, worst = measured(siege, CONTROL_SECONDS, is_protected=False)
        if control_falls:
            yield Result(f"siege.{name}_unprotected", worst, bound, "s", 1, at_least=True)
        else:
            print(f"# {name}: the former server's worst was {worst:.2f} s", file=sys.stderr)

    return run


PARTS: dict[str, Part] = {
    "bodies": part("bodies", slow_bodies, 1, control_falls=True),
    "heads": part("heads", slow_heads, 1, control_falls=False),
    "readers": part("readers", slow_readers, 1, control_falls=True),
    "postgresql": part("postgresql", postgresql_stopped, 2, control_falls=True),
    "valkey": part("valkey", valkey_stopped, 2, control_falls=False),
    "passwords": part("passwords", password_posters, 1, control_falls=True),
}
