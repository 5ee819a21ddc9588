"""Two roles in the database: one owns the tables and migrates, the other runs the product and cannot touch the log.

OWNER_DATABASE_URL names the first, DATABASE_URL the second. Where only DATABASE_URL is set, one role does both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction
from psycopg2 import sql

# On the role and not in the address: connection poolers drop options of the address without a word.
ROLE_SETTINGS = {
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
    "jit": "off",  # compiling the statement of a search takes longer than running it, at 200,000 services too
}
# A migration may work as long as it must, but it waits for no lock while everyone else waits behind it.
MIGRATION_SETTINGS = {
    "statement_timeout": "0",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "0",
}
READ_ONLY = ("django_migrations",)
_append_only: set[str] = set()


def append_only(*tables: str) -> None:
    """Register tables whose rows the running role may add and read, never change or remove."""
    _append_only.update(tables)


def append_only_tables() -> list[str]:
    """What was registered, in order."""
    return sorted(_append_only)


def running_role() -> str:
    """The role that DATABASE_URL names; empty where PostgreSQL takes the system's user."""
    return str(settings.DATABASES["default"].get("USER", ""))


def are_two() -> bool:
    """Whether another role than the running one owns the tables."""
    owner = settings.OWNER_DATABASE
    return bool(owner) and owner.get("USER", "") != running_role()


@contextmanager
def as_owner() -> Iterator[None]:
    """Connect as the owner inside this block, and as before after it; where there is one role, change nothing."""
    if not are_two():
        yield
        return
    ours, owner = connection.settings_dict, settings.OWNER_DATABASE
    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    connection.close()
    connection.settings_dict = {
        **ours,
        **{name: owner.get(name, "") for name in names},
        "OPTIONS": ours["OPTIONS"] | owner.get("OPTIONS", {}),
    }
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = ours


@contextmanager
def migration_settings() -> Iterator[None]:
    """Lift the limits of this session that are made for pages, and bring them back."""
    with connection.cursor() as cursor:
        for name, value in MIGRATION_SETTINGS.items():
            cursor.execute(f"SET {name} = %s", [value])
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                for name in MIGRATION_SETTINGS:
                    cursor.execute(f"RESET {name}")


def grant_rights(name: str) -> None:
    """As the owner: let the running role of this name do what the product does, and no more.

    It may not truncate, alter or drop anything, and adds to the log and reads it.
    """
    role = sql.Identifier(name)
    schema = "IN SCHEMA public"
    lines = [
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {role}",
        f"REVOKE ALL ON ALL TABLES {schema} FROM {{role}}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES {schema} TO {{role}}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES {schema} TO {{role}}",
    ]
    narrower = [("UPDATE, DELETE", table) for table in append_only_tables()]
    narrower += [("INSERT, UPDATE, DELETE", table) for table in READ_ONLY]
    with transaction.atomic(), connection.cursor() as cursor:
        for line in lines:
            cursor.execute(sql.SQL(line).format(role=role))
        for rights, table in narrower:
            statement = sql.SQL(f"REVOKE {rights} ON {{table}} FROM {{role}}")
            cursor.execute(statement.format(table=sql.Identifier(table), role=role))


def prepare() -> None:
    """Give the running role its rights, as the owner, and its settings, as itself; harmless to repeat."""
    name = running_role()
    if are_two():
        with as_owner():
            grant_rights(name)
    apply_role_settings()


def may_change_the_log() -> bool:
    """Whether the role of this connection owns a table that it should only add to."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_or(pg_has_role(relowner, 'USAGE')) FROM pg_class WHERE relname = ANY(%s)",
            [append_only_tables()],
        )
        return bool(cursor.fetchone()[0])


def apply_role_settings() -> None:
    """Give the role of this connection its limits, where it has others; PostgreSQL allows that to everyone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setconfig FROM pg_db_role_setting WHERE setrole = current_user::regrole AND setdatabase = 0"
        )
        row = cursor.fetchone()
        there = set(row[0] if row else ())
        for name, value in ROLE_SETTINGS.items():
            if f"{name}={value}" not in there:
                cursor.execute(f"ALTER ROLE CURRENT_USER SET {name} = %s", [value])
