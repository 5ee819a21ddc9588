"""Two roles: an installation of one becomes one of two, and the running one can only add to the log and read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db import connection
from psycopg2 import errorcodes

from common.database_roles import append_only_tables
from nexus.embedded.home import Home
from tests.project.conftest import ENTRY, manage


@pytest.fixture
def running(urls: dict[str, str]) -> Iterator[Any]:
    """A connection as the running product has it."""
    ours = psycopg2.connect(urls["DATABASE_URL"])
    yield ours
    ours.close()


def test_the_log_of_the_server_quotes_nobody(running: Any, state_of_two_roles: Path) -> None:
    """A statement that is refused holds what somebody typed, and so does the row that it meets."""
    running.autocommit = True
    insert = "INSERT INTO common_heartbeat (name, beaten_at) VALUES ('Nina Marker', now())"
    with running.cursor() as cursor:
        cursor.execute(insert)
        with pytest.raises(psycopg2.IntegrityError):
            cursor.execute(insert)
        cursor.execute("DELETE FROM common_heartbeat WHERE name = 'Nina Marker'")
    log = Home(state_of_two_roles).log("postgres").read_text()
    assert "duplicate key" in log
    assert "Marker" not in log
    kept = dict(rows(running, "SELECT rolname, rolconfig::text FROM pg_roles WHERE rolname LIKE 'nexus%'"))
    for name in ("nexus", "nexus_app"):  # on a server that is not the embedded one, too
        assert "log_min_error_statement=panic" in kept[name]
        assert "log_error_verbosity=terse" in kept[name]


def rows(ours: Any, statement: str) -> list[Any]:
    """What a statement answers."""
    with ours.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditentry SET reason = 'x'",
        "DELETE FROM accounts_auditentry",
        "TRUNCATE accounts_auditentry",
        "TRUNCATE accounts_auditentry CASCADE",
        "ALTER TABLE accounts_auditentry DISABLE TRIGGER USER",
        "ALTER TABLE accounts_auditentry DISABLE TRIGGER ALL",
        "ALTER TABLE accounts_auditentry ADD COLUMN x text",
        "ALTER TABLE accounts_auditentry OWNER TO nexus_app",
        "DROP TABLE accounts_auditentry",
        "DROP TRIGGER accounts_auditentry_append_only ON accounts_auditentry",
        "CREATE OR REPLACE FUNCTION accounts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
        "CREATE TRIGGER mine BEFORE INSERT ON accounts_auditentry EXECUTE FUNCTION accounts_refuse_change()",
        "CREATE RULE mine AS ON INSERT TO accounts_auditentry DO INSTEAD NOTHING",
        "SET ROLE nexus",
        "SET session_replication_role = replica",
        "CREATE TABLE public.mine (id integer)",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('accounts', '9999', now())",
        "DROP DATABASE nexus",
    ],
)
def test_the_running_role_cannot_touch_the_log(running: Any, statement: str) -> None:
    running.autocommit = True
    with pytest.raises(psycopg2.ProgrammingError) as refused, running.cursor() as cursor:
        cursor.execute(statement)
    assert refused.value.pgcode == errorcodes.INSUFFICIENT_PRIVILEGE


def test_the_running_role_adds_to_the_log_and_reads_it(running: Any) -> None:
    with running.cursor() as cursor:
        cursor.execute(ENTRY, ["after"])
    assert [row[0] for row in rows(running, "SELECT reason FROM accounts_auditentry ORDER BY at")] == [
        "before",
        "after",
    ]


def test_the_running_role_may_do_everything_else_in_every_table(running: Any) -> None:
    found = rows(
        running,
        "SELECT relname, has_table_privilege(oid, 'SELECT'), has_table_privilege(oid, 'INSERT'), "
        "has_table_privilege(oid, 'UPDATE'), has_table_privilege(oid, 'DELETE'), "
        "has_table_privilege(oid, 'TRUNCATE') FROM pg_class "
        "WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace",
    )
    narrow = {
        "accounts_auditentry": (True, True, False, False, False),
        "django_migrations": (True, False, False, False, False),
    }
    assert len(found) > 50
    for name, *rights in found:
        assert tuple(rights) == narrow.get(name, (True, True, True, True, False)), name
    assert rows(
        running,
        "SELECT count(*) FROM pg_sequences WHERE NOT has_sequence_privilege("
        "format('%I', sequencename), 'USAGE')",
    ) == [(0,)]


def test_each_role_has_what_it_needs(urls: dict[str, str], running: Any) -> None:
    assert rows(running, "SHOW statement_timeout") == [("5s",)]
    assert rows(
        running, "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
    ) == [(False, False, False)]
    owners = rows(running, "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
    assert owners == [("nexus",)]


def test_the_catalogue_is_loaded_by_the_running_role(urls: dict[str, str], running: Any) -> None:
    manage("load_catalogue", "data", DATABASE_URL=urls["DATABASE_URL"])
    manage("load_reasons", DATABASE_URL=urls["DATABASE_URL"])
    assert rows(running, "SELECT count(*) > 100 FROM services_searchdocument") == [(True,)]


@pytest.mark.django_db
def test_every_table_that_refuses_to_be_emptied_is_registered() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND tgtype & 34 = 34"  # BEFORE TRUNCATE
        )
        assert sorted({row[0] for row in cursor.fetchall()}) == append_only_tables()
    assert append_only_tables()
