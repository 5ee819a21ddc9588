"""Fixtures for every test: a cache of one's own, languages, people, pages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client, override_settings
from django.utils import translation

from accounts.models import User
from common import content_version
from common.cache import pages
from nexus import static_files
from tests.factories.accounts import CuratorFactory, sign_in


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Once, before the parallel workers start: pages name static files by their fingerprint."""
    if not hasattr(session.config, "workerinput"):
        static_files.main()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """On the build machine, where everything is installed, a skipped test is a failed one."""
    skipped = len(terminalreporter.stats.get("skipped", []))
    if os.environ.get("CI") and skipped:
        terminalreporter.write_line(f"{skipped} skipped tests: none may be skipped here", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Make the run fail for them."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session", autouse=True)
def cache_of_this_worker() -> Iterator[None]:
    """Each pytest-xdist worker has two Valkey databases of its own (3 and up), so that none clears another's."""
    first = 3 + 2 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    own = {
        name: config | {"LOCATION": f"{config['LOCATION'].rsplit('/', 1)[0]}/{first + number}"}
        for number, (name, config) in enumerate(django_settings.CACHES.items())
    }
    with override_settings(CACHES=own):
        yield
        caches.close_all()


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Hashing that costs nothing: the strength of scrypt is not what these tests are about."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def empty_cache(cache_of_this_worker: None) -> None:
    """No test sees what another remembered."""
    cache.clear()
    pages.clear()
    content_version.forget()


@pytest.fixture(autouse=True)
def romanian() -> Iterator[None]:
    """Requests leave their language behind in the thread; every test begins in Romanian."""
    with translation.override("ro"):
        yield


@pytest.fixture(autouse=True)
def log_may_be_emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests that commit empty every table afterwards; the append-only log refuses that to everyone else."""
    mark = request.node.get_closest_marker("django_db")
    commits = bool(mark and mark.kwargs.get("transaction")) or "transactional_db" in request.fixturenames
    if not commits:
        yield
        return
    request.getfixturevalue("transactional_db")
    trigger = "TRIGGER accounts_auditentry_no_truncate"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE accounts_auditentry ENABLE {trigger}")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE accounts_auditentry DISABLE {trigger}")


@pytest.fixture
def curator(db: None) -> User:
    """Someone who may change the catalogue."""
    return CuratorFactory.create()


@pytest.fixture
def curator_client(client: Client, curator: User) -> Client:
    """A browser in which a curator is signed in."""
    sign_in(client, curator)
    return client
