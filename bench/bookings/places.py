"""Databases of the benches of bookings: a copy of the benches' own, and one on a server that waits for its disk."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from bench import database
from bench.harness import CannotMeasureError
from nexus.embedded.__main__ import reset
from nexus.embedded.errors import CannotStartError
from nexus.embedded.servers import Servers
from nexus.environment import Environment

PREPARATION = (["migrate", "--verbosity", "0"], ["prepare_database"], ["load_catalogue", "data"])


@contextmanager
def in_a_copy(name: str) -> Iterator[str]:
    """Let this process work on a copy of the benches' database, which goes afterwards; its address."""
    connection.close()  # a database with somebody in it cannot be copied
    copy = database.copy(database.NAME, f"{database.NAME}_{name}")
    address = database.address_of(os.environ["DATABASE_URL"], copy)
    try:
        with _working_at(address):
            yield address
    finally:
        database.drop(copy)


@contextmanager
def on_a_disk() -> Iterator[str]:
    """Let this process work on a PostgreSQL as the demo runs it: a commit is on the disk. It goes afterwards.

    The server of tests and benches does not wait for the disk. Raises CannotMeasureError when this one cannot start.
    """
    state = Path(os.environ["STATIC_ROOT"]).parent / "bench-disk"
    try:
        reset(state)
        servers = Servers(state, exclusive=True)
        servers.env |= {"DATABASE_URL": ""}  # start one, whatever the environment names
        with servers:
            address = servers.env["DATABASE_URL"]
            _prepare(address)
            with _working_at(address):
                yield address
        reset(state)
    except CannotStartError as error:
        raise CannotMeasureError(str(error)) from error


def _prepare(address: str) -> None:
    for words in PREPARATION:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=database.ROOT,
            env=os.environ | {"DATABASE_URL": address, "PGOPTIONS": "-c statement_timeout=0"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CannotMeasureError(f"{words[0]}: {done.stderr[-1000:]}")


@contextmanager
def _working_at(address: str) -> Iterator[None]:
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict |= _described(address)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict |= before


def _described(address: str) -> dict[str, object]:
    """An address as Django's settings describe a database."""
    before = os.environ["DATABASE_URL"]
    os.environ["DATABASE_URL"] = address
    try:
        found = Environment().postgres("DATABASE_URL")
    finally:
        os.environ["DATABASE_URL"] = before
    return {name: found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
