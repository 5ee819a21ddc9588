"""The role's timeouts and settings reach every new connection."""

from __future__ import annotations

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection

from common.database_roles import ROLE_SETTINGS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sql]


def settings_of_a_new_connection() -> dict[str, str]:
    """What PostgreSQL gives the application's role when it connects."""
    fresh = psycopg2.connect(**connection.get_connection_params())
    try:
        with fresh.cursor() as cursor:
            cursor.execute(
                "SELECT name, concat(setting, unit) FROM pg_settings WHERE name LIKE '%timeout' OR name = 'jit'"
            )
            return dict(cursor.fetchall())
    finally:
        fresh.close()


def test_new_connections_have_the_timeouts() -> None:
    with connection.cursor() as cursor:
        for name in ROLE_SETTINGS:
            cursor.execute(f"ALTER ROLE CURRENT_USER RESET {name}")
    assert settings_of_a_new_connection()["statement_timeout"] == "0ms"
    call_command("prepare_database")
    found = settings_of_a_new_connection()
    assert found["statement_timeout"] == "5000ms"
    assert found["lock_timeout"] == "2000ms"
    assert found["idle_in_transaction_session_timeout"] == "10000ms"
    assert found["jit"] == "off"
