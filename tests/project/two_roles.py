"""The two roles of an installation, made on embedded servers as docker compose's PostgreSQL makes them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from urllib.parse import quote

import psycopg2

from nexus.embedded.binaries import find_postgres
from nexus.embedded.home import Account, Home
from tests.project.processes import ROOT, clean_env

PASSWORDS = {"NEXUS_DB_PASSWORD": "owner1", "NEXUS_APP_DB_PASSWORD": "running2"}
SQL = ROOT / "nexus" / "make_database.sql"


def address(home: Home, user: str, password: str, name: str = "nexus") -> str:
    """How that role enters the server of this state directory."""
    return f"postgresql://{user}:{password}@/{name}?host={quote(str(home.run), safe='')}"


def make_database(home: Home) -> None:
    """What docker-compose.yml and the manual run as PostgreSQL's superuser."""
    superuser = address(home, "postgres", home.secret("postgres-postgres"), "postgres")
    psql = find_postgres(Account.current()).path.with_name("psql")
    command = [psql, "--no-psqlrc", "--quiet", "--file", SQL, superuser]
    done = subprocess.run(command, env=clean_env(**PASSWORDS), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def forget_running_role(home: Home) -> None:
    """The embedded servers know both roles from the beginning; an installation of before knows one."""
    server = psycopg2.connect(address(home, "postgres", home.secret("postgres-postgres"), "postgres"))
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute("DROP ROLE nexus_app")
    server.close()


def addresses_of(home: Home, name: str = "nexus") -> dict[str, str]:
    """The variables with which `manage.py migrate` runs; the product has DATABASE_URL alone."""
    return {
        "OWNER_DATABASE_URL": address(home, "nexus", PASSWORDS["NEXUS_DB_PASSWORD"], name),
        "DATABASE_URL": address(home, "nexus_app", PASSWORDS["NEXUS_APP_DB_PASSWORD"], name),
    }


def path_with_programs() -> str:
    """PATH with psql, pg_dump and pg_restore of the server's own version before others."""
    programs: Path = find_postgres(Account.current()).path.parent
    return f"{programs}{os.pathsep}{os.environ['PATH']}"
