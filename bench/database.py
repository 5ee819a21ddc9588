"""Databases of the benches' own on the server that DATABASE_URL names, with the real catalogue in them."""

from __future__ import annotations

import io
import os
from pathlib import Path
from urllib.parse import urlsplit

import django
import psycopg2
from django.core.cache import cache
from django.core.management import call_command
from psycopg2 import sql

ROOT = Path(__file__).resolve().parent.parent
NAME = "nexus_bench"


def point_here() -> None:
    """Make this process and those that it starts use the benches' database; nothing is created yet."""
    os.environ["DATABASE_URL"] = address_of(os.environ["DATABASE_URL"], NAME)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nexus.settings")
    os.environ["LOG_LEVEL"] = "WARNING"
    django.setup()


def fill() -> None:
    """Create the database anew and load the real catalogue; what the cache remembers of another one goes."""
    _recreate(os.environ["DATABASE_URL"], NAME)
    cache.clear()
    call_command("migrate", verbosity=0)
    call_command("prepare_database", verbosity=0)
    call_command("load_catalogue", str(ROOT / "data"), stdout=io.StringIO())


def address_of(server: str, name: str) -> str:
    """The address of another database on the same server."""
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def copy(source: str, name: str) -> str:
    """Copy a database in which nobody works; the copy's name."""
    _recreate(os.environ["DATABASE_URL"], name, template=source)
    return name


def drop(name: str) -> None:
    """Remove a database that a bench made."""
    _administer(os.environ["DATABASE_URL"], _dropping(name))


def _dropping(name: str) -> sql.Composed:
    return sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))


def _recreate(server: str, name: str, template: str = "template1") -> None:
    creation = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(template)
    )
    _administer(server, _dropping(name), creation)


def _administer(server: str, *statements: sql.Composed) -> None:
    connection = psycopg2.connect(address_of(server, "postgres"))
    connection.autocommit = True  # databases are made and removed outside transactions
    try:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    finally:
        connection.close()
