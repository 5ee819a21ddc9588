"""A whole product for the browser: its own database with the real catalogue, the production web server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
import redis
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from nexus import web
from tests.browser.mailbox import Mailbox
from tests.browser.room_rig import TABLET, NewTab, Rig

ROOT = Path(__file__).resolve().parents[2]
DATABASE = "nexus_browser"
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",  # CI runs as root; the pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
READY_WITHIN = 60  # seconds


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fresh_database() -> str:
    """Make the database anew; its address."""
    address = os.environ["DATABASE_URL"]
    connection = psycopg2.connect(address)
    connection.autocommit = True  # CREATE DATABASE stands in no transaction
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {DATABASE}")
    connection.close()
    parts = urlsplit(address)
    return address.replace(
        f"{parts.path}?" if parts.query else parts.path, f"/{DATABASE}?" if parts.query else f"/{DATABASE}", 1
    )


@pytest.fixture(scope="session")
def mailbox(tmp_path_factory: pytest.TempPathFactory) -> Mailbox:
    """Where the product's mails land."""
    return Mailbox(tmp_path_factory.mktemp("mail"))


@pytest.fixture(scope="session")
def environment(mailbox: Mailbox) -> dict[str, str]:
    """The product's variables, with a database of its own."""
    return os.environ | {
        "DATABASE_URL": fresh_database(),
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "LOG_LEVEL": "WARNING",
        "EMAIL_URL": f"filemail:///{mailbox.folder}",
        "GOOGLE_CLIENT_ID": "only-for-tests",  # so that its buttons are there; nothing is asked of Google
        "GOOGLE_CLIENT_SECRET": "only-for-tests",
        "VAPID_PUBLIC_KEY": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
    }


@pytest.fixture(scope="session")
def demo_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demo's sign-ins (`sign-ins.txt`) and the addresses of tablets and screens (`devices.txt`) stand."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="session")
def site(environment: dict[str, str], demo_files: Path) -> Iterator[str]:
    """Address of the running product, with the catalogue and the demo's office."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    env = environment | {"BASE_URL": address}
    for command in (
        ["migrate", "--verbosity", "0"],
        ["load_catalogue", "data"],
        ["load_reasons"],
        ["make_demo_users", "--out", str(demo_files / "sign-ins.txt")],
        ["make_demo_roster", "--out", str(demo_files / "devices.txt")],
    ):
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL
        )
    server = subprocess.Popen(
        web.command(port, processes=1),
        cwd=ROOT,
        env=env,
    )
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "--app", "nexus", "worker", "--concurrency", "1", "--loglevel", "WARNING",
         "--queues", "default,deliveries,bulk", "--without-gossip", "--without-mingle"],
        cwd=ROOT,
        env=env,
    )  # fmt: skip
    try:
        until = time.monotonic() + READY_WITHIN
        while True:
            try:
                urllib.request.urlopen(f"{address}/health/live", timeout=2).close()  # noqa: S310  # loopback
                break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
        yield address
    finally:
        for process in (worker, server):
            process.terminate()
            process.wait(30)


@pytest.fixture(autouse=True)
def nobody_was_counted() -> None:
    """Tests stand for people on many networks, not for one that presses all day."""
    with redis.Redis.from_url(f"{os.environ['REDIS_URL'].rsplit('/', 1)[0]}/1") as client:
        for key in client.scan_iter("nexus:*:count:*"):
            client.delete(key)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Debian's chromium."""
    running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield running
    running.close()


@pytest.fixture
def context(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """A browser profile of its own, a phone wide."""
    profile = browser.new_context(base_url=site, viewport={"width": 360, "height": 740}, locale="ro-RO")
    yield profile
    profile.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A tab that fails the test when a script fails or the policy refuses something."""
    tab = context.new_page()
    tab.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    return tab


@pytest.fixture(scope="session")
def rig(site: str, environment: dict[str, str]) -> Iterator[Rig]:
    """People and colleagues in the room."""
    running = Rig(environment | {"BASE_URL": site})
    yield running
    running.close()


@pytest.fixture(scope="session")
def tokens(rig: Rig) -> dict[str, str]:
    """Of the tablet and of the screen."""
    found: dict[str, str] = rig("prepare")
    return found


@pytest.fixture
def new_tab(browser: Browser, site: str) -> Iterator[NewTab]:
    """Tabs that fail the test when a script does, or when the policy refuses something."""
    contexts: list[BrowserContext] = []
    told: list[str] = []

    def open_tab(viewport: dict[str, int] = TABLET, **how: Any) -> Page:
        context = browser.new_context(base_url=site, viewport=viewport, **{"has_touch": True} | how)  # type: ignore[arg-type]
        contexts.append(context)
        tab = context.new_page()
        tab.on("pageerror", lambda error: told.append(f"script error: {error}"))
        tab.on("console", lambda message: told.append(message.text) if "Policy" in message.text else None)
        return tab

    yield open_tab
    for context in contexts:
        context.close()
    assert told == []


@pytest.fixture
def room(rig: Rig, tokens: dict[str, str]) -> Rig:
    """Nobody waits yet."""
    rig("clear")
    return rig
