"""A PostgreSQL of our own: password only, no network, private socket."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
from psycopg2 import sql

from common.database_roles import ROLE_SETTINGS
from nexus.embedded.binaries import Program, find_postgres
from nexus.embedded.children import Child, wait_until
from nexus.embedded.errors import CannotStartError
from nexus.embedded.home import Home

NAME = "nexus"  # the role that owns the database, and the database
RUNNING = "nexus_app"  # the role that runs the product where two are wanted
SUPERUSER = "postgres"
BUILTIN_LOCALE_SINCE = (17,)
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # What is refused stands in the log without its statement and its rows: those are people's names and addresses.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# Tests throw their data away, so they need not wait for the disk.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """Start with `start()`, end with `stop()`; `url` is then what DATABASE_URL wants."""

    def __init__(self, home: Home, *, throwaway: bool = False) -> None:
        self.home = home
        self.data = home.path / "pgdata"
        self.program: Program = find_postgres(home.account)
        self.settings = SETTINGS | (THROWAWAY if throwaway else {})
        self.child: Child | None = None

    @property
    def url(self) -> str:
        """The address with its password, in the form that libpq and django-environ both read."""
        return self._address(NAME, NAME)

    @property
    def running_url(self) -> str:
        """The same for the role that owns nothing; `manage.py migrate` gives it its rights."""
        return self._address(RUNNING, NAME)

    def _address(self, user: str, database: str) -> str:
        password = self.home.secret(f"postgres-{user}")
        return f"postgresql://{user}:{password}@/{database}?host={quote(str(self.home.run), safe='')}"

    def start(self) -> None:
        """Make the cluster if need be, start the server, make role and database. Raises CannotStartError."""
        self._settle_with_predecessor()
        if not self.data.exists():
            self._make_cluster()
        self._check_major_version()
        settings = self.settings | {"unix_socket_directories": str(self.home.run)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        log = self.home.log("postgres")
        # SIGINT is PostgreSQL's fast shutdown: it ends sessions and writes a checkpoint.
        self.child = Child(
            "postgres", [self.program.path, "-D", self.data, *options], stop_signal=signal.SIGINT
        )
        self.child.start(env=_clean_environment(), account=self.home.account, cwd=self.home.path, output=log)
        if not wait_until(lambda: self._answers() or self.child_ended, 60) or self.child_ended:
            self.stop()
            raise CannotStartError(f"PostgreSQL did not start; the reason is at the end of {log}.")
        self._make_role_and_database()

    @property
    def child_ended(self) -> bool:
        """Whether the server has gone by itself."""
        return self.child is None or self.child.ended() is not None

    def stop(self) -> None:
        """End the server; sessions are closed, a checkpoint is written."""
        if self.child:
            self.child.stop()

    def _make_cluster(self) -> None:
        """Run initdb beside the final place and move the result there: half a cluster never counts."""
        draft = self.home.path / "pgdata.new"
        shutil.rmtree(draft, ignore_errors=True)
        locale = ["--locale=C.UTF-8"]
        if self.program.version >= BUILTIN_LOCALE_SINCE:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        handle, name = tempfile.mkstemp(dir=self.home.path)
        password_file = Path(name)
        try:
            with open(handle, "w", encoding="ascii") as file:
                file.write(self.home.secret(f"postgres-{SUPERUSER}"))
            self.home.account.give(password_file)
            made = subprocess.run(
                [
                    self.program.path.with_name("initdb"),
                    *("-D", draft, "-U", SUPERUSER, "-E", "UTF8", "--auth=scram-sha-256"),
                    *(f"--pwfile={password_file}", "--data-checksums", "--no-instructions", *locale),
                ],
                env=_clean_environment(),
                cwd=self.home.path,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                **self.home.account.popen_options(),
            )
        finally:
            password_file.unlink()
        if made.returncode:
            raise CannotStartError(f"initdb failed: {made.stderr.strip() or made.stdout.strip()}")
        draft.rename(self.data)

    def _check_major_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != str(self.program.version[0]):
            raise CannotStartError(
                f"{self.data} was made by PostgreSQL {made_by}, but {self.program.version[0]} is here now: "
                "start anew with RESET=1."
            )

    def _answers(self) -> bool:
        try:
            psycopg2.connect(self._address(SUPERUSER, "postgres"), connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _make_role_and_database(self) -> None:
        """One role owns the database and may make others for tests; the other may only connect."""
        connection = psycopg2.connect(self._address(SUPERUSER, "postgres"))
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                for name, rights in ((NAME, "CREATEDB"), (RUNNING, "NOCREATEDB")):
                    self._make_role(cursor, name, rights)
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
                if not cursor.fetchone():
                    name = sql.Identifier(NAME)
                    cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))
        finally:
            connection.close()

    def _make_role(self, cursor: Any, name: str, rights: str) -> None:
        role = sql.Identifier(name)
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
        if not cursor.fetchone():
            password = sql.Literal(self.home.secret(f"postgres-{name}"))
            cursor.execute(
                sql.SQL("CREATE ROLE {} LOGIN {} PASSWORD {}").format(role, sql.SQL(rights), password)
            )
        for setting, value in ROLE_SETTINGS.items():
            statement = sql.SQL("ALTER ROLE {} SET {} = {}")
            cursor.execute(statement.format(role, sql.Identifier(setting), sql.Literal(value)))

    def _settle_with_predecessor(self) -> None:
        """Wait for a server whose supervisor was killed, and remove what a dead or a foreign one left.

        We hold the lock of the state directory, so a server that lives in our data directory is an orphan of
        ours. The pid in postmaster.pid counts for nothing else: after a restart it may be anybody's.
        """
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            for pid in servers_in(self.data):
                os.kill(pid, number)
            if wait_until(lambda: not servers_in(self.data), 10):
                break
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for leftover in self.home.run.glob(".s.PGSQL.*"):
            leftover.unlink()


def servers_in(data: Path) -> list[int]:
    """Process ids of PostgreSQL in this very data directory, whatever postmaster.pid says."""
    if sys.platform != "linux":
        return _server_by_pid_file(data)
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            is_postgres = os.readlink(entry / "exe").removesuffix(" (deleted)").endswith("/postgres")
            if is_postgres and os.path.samefile(entry / "cwd", data):
                found.append(int(entry.name))
        except OSError:  # ended meanwhile, or another user's
            continue
    return found


def _server_by_pid_file(data: Path) -> list[int]:
    """Without /proc: the pid of postmaster.pid, if `ps` says that it is a postgres on this directory."""
    try:
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return []
    shown = subprocess.run(
        ["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    command = shown.stdout.strip()
    return [pid] if "/postgres -D " in command and f"-D {data} " in f"{command} " else []


def _clean_environment() -> dict[str, str]:
    """The environment without settings of other PostgreSQL servers and in a locale that always exists."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}
