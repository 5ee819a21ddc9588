"""A database of the release that had no DATA_KEYS, with rows, comes to today's by the migrations alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from psycopg2 import sql

from tests.project.former_rows import NO_NUMBER
from tests.project.processes import address_of_test_database
from tests.project.test_migrate import connect

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
NAME = f"upgrading_{os.getpid()}"


@pytest.fixture
def address() -> Iterator[str]:
    """The address of an empty database."""
    ours, name = connect(connection.settings_dict["NAME"]), sql.Identifier(NAME)
    with ours.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(name))
    yield address_of_test_database(NAME)
    with ours.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
    ours.close()


def test_rows_of_the_former_release_arrive(address: str) -> None:
    words = [sys.executable, "-m", "tests.project.former_rows"]
    ran = subprocess.run(
        words,
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "nexus.settings"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "1 services had a date of verification without anybody's name" in ran.stdout
    assert json.loads(ran.stdout.splitlines()[-1]) == {
        "phones": [["+37322240624", "anywhere"], ["+37380088008", "moldova"]],
        "notes": [[f"Old note. Telephone that cannot be rung: {NO_NUMBER}"]],
        "topics": [["lg_violence", "True"]],
        "verified": [["imported", "None", "None"], ["known", "2026-11-20", "ana"]],
        "imported": [["known", "{}"]],
        "reasons": [["danger", "True"]],
        "bookings": [["22222222", "none"], ["33333333", "account"], ["44444444", "desk"]],
        "wishes": [["account"]],
        "session": ["counselling_visitor"],
    }
