"""`manage.py migrate`: a slow migration passes, one under a held lock lets others go first and passes when the lock goes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.core.management.base import CommandError
from django.db import OperationalError, connection, transaction
from psycopg2 import sql

from common.management.commands import migrate
from nexus.embedded.children import wait_until
from tests.project.processes import address_of_test_database

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
NAME = f"migrating_{os.getpid()}"


def connect(name: str) -> Any:
    """A connection of our own to that database of the test's server."""
    found = psycopg2.connect(**connection.get_connection_params() | {"dbname": name})
    found.autocommit = True
    return found


@pytest.fixture
def database() -> Iterator[str]:
    """The address of an empty database in which a statement may take 0.3 s."""
    ours, name = connect(connection.settings_dict["NAME"]), sql.Identifier(NAME)
    with ours.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(name))
        cursor.execute(
            sql.SQL("ALTER ROLE CURRENT_USER IN DATABASE {} SET statement_timeout = '300ms'").format(name)
        )
    yield address_of_test_database(NAME)
    with ours.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
    ours.close()


def start(address: str, *words: str) -> subprocess.Popen[str]:
    """`manage.py migrate` in a process of its own."""
    env = os.environ | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "tests.project.migrating.settings"}
    return subprocess.Popen(
        [sys.executable, "manage.py", "migrate", *words],
        cwd=settings.BASE_DIR,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def columns() -> int:
    """How many the table has."""
    ours = connect(NAME)
    with ours.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM information_schema.columns WHERE table_name = 'migrating_thing'")
        (found,) = cursor.fetchone()
    ours.close()
    return int(found)


def waits(ours: Any) -> bool:
    """Whether somebody waits for the lock that we hold."""
    with ours.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND database IS NOT NULL")
        return bool(cursor.fetchone()[0])


def test_slow_passes_and_a_held_lock_is_tried_again_until_it_goes(database: str) -> None:
    slow = start(database, "migrating", "0002")
    said, _ = slow.communicate(timeout=60)
    assert slow.returncode == 0, said  # the limit of the role is half of what it takes
    holder = connect(NAME)
    holder.autocommit = False
    with holder.cursor() as cursor:
        cursor.execute("LOCK TABLE migrating_thing IN ACCESS SHARE MODE")  # as any page that reads it
    began = time.monotonic()
    process = start(database)
    assert process.stdout
    try:
        assert wait_until(lambda: waits(holder), 30)
        waited = time.monotonic()
        first = next(line for line in process.stdout if "A lock is taken" in line)
        assert 1 < time.monotonic() - waited < 6  # it gave up after 2 s: whoever came after it goes on
        assert "14 more tries" in first
        assert not waits(holder)
        holder.rollback()
        said = process.stdout.read()
        assert process.wait(30) == 0, said
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        holder.close()
    assert columns() == 2
    assert time.monotonic() - began < 60


def test_another_error_of_the_database_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[float] = []

    def fail(*args: Any, **options: Any) -> None:
        tries.append(time.monotonic())
        raise OperationalError("the server went away")

    monkeypatch.setattr(migrate.DjangoCommand, "handle", fail)
    with pytest.raises(OperationalError):
        migrate.Command()._migrate()
    assert len(tries) == 1


def test_a_lock_that_stays_ends_it_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[float] = []

    def locked(*args: Any, **options: Any) -> None:
        tries.append(time.monotonic())
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'held' USING ERRCODE = '55P03'; END $$")

    monkeypatch.setattr(migrate.DjangoCommand, "handle", locked)
    monkeypatch.setattr(migrate, "PAUSE", 0)
    monkeypatch.setattr(migrate, "TRIES", 3)
    with pytest.raises(CommandError, match="over 3 tries"):
        migrate.Command()._migrate()
    assert len(tries) == 3


def test_limits_are_back_afterwards() -> None:
    with migrate.database_roles.migration_settings(), connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() != ("0",)
