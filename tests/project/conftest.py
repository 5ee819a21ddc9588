"""An installation of two roles, made once for the tests of roles and of backups."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from nexus.embedded.home import Home
from tests.project.processes import ROOT, clean_env, serving
from tests.project.two_roles import addresses_of, forget_running_role, make_database

ENTRY = "INSERT INTO accounts_auditentry (at, deed, detail, reason) VALUES (now(), 'role_granted', '{}', %s)"


def manage(*words: str, **env: str) -> str:
    """One command of `manage.py`, to its end; what it printed."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=clean_env(REDIS_URL=os.environ["REDIS_URL"], **env),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def state_of_two_roles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The state directory of servers on which an installation of one role has become one of two; one entry in its log."""
    state = tmp_path_factory.mktemp("two-roles") / "state"
    with serving(state) as (_process, addresses):
        manage("migrate", DATABASE_URL=addresses["DATABASE_URL"])
        with psycopg2.connect(addresses["DATABASE_URL"]) as before, before.cursor() as cursor:
            cursor.execute(ENTRY, ["before"])
        before.close()
        forget_running_role(Home(state))
        make_database(Home(state))
        make_database(Home(state))  # harmless to repeat
        found = addresses_of(Home(state))
        manage("migrate", "--no-input", **found)
        manage("prepare_database", **found)
        manage("migrate", "--check", **found)
        yield state


@pytest.fixture
def urls(state_of_two_roles: Path) -> dict[str, str]:
    """The addresses of both roles there."""
    return addresses_of(Home(state_of_two_roles))
