"""The embedded servers: private, password only, and gone when their supervisor is."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from nexus.embedded import binaries
from nexus.embedded.errors import CannotStartError
from nexus.embedded.home import SOCKET_NAME, SOCKET_NAME_LIMIT, Account, Home
from nexus.supervisor import port_from_environment
from tests.project.processes import all_gone, family, run_embedded, serving


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    """A state directory whose servers' files are removed afterwards, also those outside of it."""
    path = tmp_path / "state of a test"
    yield path
    assert run_embedded(path, "reset").returncode == 0


def answers(addresses: dict[str, str]) -> bool:
    """Whether both servers answer at their addresses."""
    connection = psycopg2.connect(addresses["DATABASE_URL"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")
        row = cursor.fetchone()
    connection.close()
    with redis.Redis.from_url(addresses["REDIS_URL"]) as client:
        return row == ("nexus", False) and bool(client.ping())


def modes_above(path: Path) -> dict[str, tuple[int, int, int]]:
    """Mode and owner of every directory above a path."""
    found = {str(above): above.stat() for above in path.parents if above.exists()}
    return {name: (entry.st_mode, entry.st_uid, entry.st_gid) for name, entry in found.items()}


def test_servers_are_private_and_leave_directories_above_alone(state: Path) -> None:
    home = Home(state)
    before = modes_above(state) | {
        name: mode for name, mode in modes_above(home.path).items() if "nexus-embedded" not in name
    }
    with serving(state) as (_, addresses):
        assert answers(addresses)
        assert stat.S_IMODE(home.run.stat().st_mode) == 0o700
        assert len(os.fsencode(home.run / SOCKET_NAME)) < SOCKET_NAME_LIMIT
        rules = (home.path / "pgdata" / "pg_hba.conf").read_text().splitlines()
        assert {rule.split()[-1] for rule in rules if rule and not rule.startswith("#")} == {"scram-sha-256"}
        without = addresses["DATABASE_URL"].replace(home.secret("postgres-nexus"), "postgres")
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(without)
        open_door = addresses["REDIS_URL"].replace(home.secret("valkey"), "")
        with redis.Redis.from_url(open_door) as client, pytest.raises(redis.AuthenticationError):
            client.ping()
    after = modes_above(state) | modes_above(home.path)
    assert {name: after[name] for name in before} == before


def test_secrets_are_random_readable_by_the_owner_only_and_in_no_command_line(state: Path) -> None:
    with serving(state) as (process, _):
        home = Home(state)
        secrets = {name: home.secret(name) for name in ("postgres-nexus", "postgres-postgres", "valkey")}
        assert len(set(secrets.values())) == 3
        assert min(map(len, secrets.values())) >= 32
        command_lines = " ".join(" ".join(one.cmdline()) for one in family(process))
        assert not [name for name, value in secrets.items() if value in command_lines]
    files = list((state / "secrets").iterdir())
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_postgres_listens_to_no_network(state: Path) -> None:
    with serving(state) as (process, _):
        listening = [
            (one.name(), link.laddr.ip)
            for one in family(process)
            for link in one.net_connections("tcp")
            if link.status == psutil.CONN_LISTEN
        ]
    assert [address for name, address in listening if "postgres" in name] == []
    assert {address for _, address in listening} == {"127.0.0.1"}


@pytest.mark.parametrize("watchdog", ["", "1"])
def test_kill_of_the_supervisor_leaves_no_process_and_no_obstacle(state: Path, watchdog: str) -> None:
    with serving(state, NEXUS_WATCHDOG=watchdog) as (process, _):
        children = family(process)
        assert {"postgres", "valkey-server"} <= {child.name() for child in children}
        process.kill()
        process.wait()
        # The next start does not wait for the end of those: it settles with them by itself.
        with serving(state) as (_, addresses):
            assert answers(addresses)
        assert all_gone(children)


def test_start_beside_a_forged_pid_file_spares_the_stranger(state: Path) -> None:
    assert run_embedded(state, "run", "--", "true").returncode == 0
    data = Home(state).path / "pgdata"
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        (data / "postmaster.pid").write_text(f"{stranger.pid}\n{data}\n1\n5432\n/tmp\n\n0 0\n")
        with serving(state) as (_, addresses):
            assert answers(addresses)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_second_start_in_the_same_directory_says_so(state: Path) -> None:
    with serving(state) as (process, addresses):
        second = run_embedded(state, "run", "--", "true")
        assert second.returncode == 1
        assert f"(process {process.pid})" in second.stderr
        assert second.stderr.count("\n") == 1
        assert answers(addresses)


def test_interrupt_stops_everything(state: Path) -> None:
    with serving(state) as (process, _):
        children = family(process)
        process.terminate()
        assert process.wait(30) == 130
        assert all_gone(children, 0)


def test_given_addresses_win_and_start_nothing(tmp_path: Path) -> None:
    given = {"DATABASE_URL": "postgresql://elsewhere/db", "REDIS_URL": "redis://elsewhere/3"}
    show = "import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'])"
    done = run_embedded(tmp_path / "s", "run", "--", sys.executable, "-c", show, **given)
    assert done.stdout.split() == list(given.values())
    assert not (tmp_path / "s").exists()
    assert not Home(tmp_path / "s").path.exists()


def test_run_hands_on_the_exit_code_and_keeps_data(state: Path) -> None:
    psql = (
        "import os, psycopg2; c = psycopg2.connect(os.environ['DATABASE_URL']);"
        "c.cursor().execute({!r}); c.commit()"
    )
    made = run_embedded(state, "run", "--", sys.executable, "-c", psql.format("CREATE TABLE kept ()"))
    assert made.returncode == 0
    found = run_embedded(
        state, "run", "--", sys.executable, "-c", psql.format("SELECT FROM kept") + "; exit(7)"
    )
    assert found.returncode == 7


def test_path_too_long_for_a_socket_moves_the_socket_only(tmp_path: Path) -> None:
    state = tmp_path / ("long and spaced " * 12).strip()
    try:
        with serving(state) as (_, addresses):
            assert answers(addresses)
    finally:
        assert run_embedded(state, "reset").returncode == 0


def test_fresh_state_of_an_earlier_clone_starts_anew(state: Path) -> None:
    assert run_embedded(state, "run", "--", "true").returncode == 0
    for path in sorted(state.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    assert run_embedded(state, "run", "--", "true").returncode == 0


def test_files_of_a_deleted_state_directory_are_removed_by_the_next_start(
    tmp_path: Path, state: Path
) -> None:
    deleted = tmp_path / "deleted"
    assert run_embedded(deleted, "run", "--", "true").returncode == 0
    with serving(state) as (_, addresses):
        shutil.rmtree(deleted)
        assert run_embedded(tmp_path / "next", "run", "--", "true").returncode == 0
        assert not Home(deleted).path.exists()
        assert answers(addresses)
    assert run_embedded(tmp_path / "next", "reset").returncode == 0


def test_no_server_at_all_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXUS_SERVERS", "installed")
    monkeypatch.setattr(binaries, "POSTGRES_PLACES", ())
    monkeypatch.setattr(binaries.shutil, "which", lambda *_, **__: None)
    with pytest.raises(CannotStartError, match=r"^Install PostgreSQL 15 or newer .*DATABASE_URL\.$"):
        binaries.find_postgres(Account.current())
    with pytest.raises(CannotStartError, match=r"^Install Valkey or Redis 6\.2 or newer .*REDIS_URL\.$"):
        binaries.find_valkey(Account.current())


@pytest.mark.parametrize(("versions", "chosen"), [(("14.9", "15.1", "16.4"), "16.4"), (("15.0",), "15.0")])
def test_newest_installed_server_that_we_support_is_chosen(
    monkeypatch: pytest.MonkeyPatch, versions: tuple[str, ...], chosen: str
) -> None:
    programs = {
        Path(f"/srv/{version}/postgres"): f"postgres (PostgreSQL) {version}\n" for version in versions
    }
    monkeypatch.setattr(binaries, "_output", programs.get)
    monkeypatch.setattr(Account, "can_reach", lambda *_: True)
    found = binaries._newest(list(programs), (15,), Account.current(), "none")
    assert str(found.path) == f"/srv/{chosen}/postgres"
    with pytest.raises(CannotStartError, match="none"):
        binaries._newest(list(programs), (17,), Account.current(), "none")


def test_state_directory_of_someone_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/")
    refused = run_embedded(tmp_path / "link", "run", "--", "true")
    assert refused.returncode == 1
    assert "belongs to someone else" in refused.stderr


def test_supervisor_refuses_a_port_that_answers() -> None:
    with socket.socket() as listener, pytest.MonkeyPatch.context() as patch:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        patch.setenv("PORT", str(listener.getsockname()[1]))
        with pytest.raises(CannotStartError, match="already answers"):
            port_from_environment()
        patch.setenv("PORT", "80 80")
        with pytest.raises(CannotStartError, match="must be a number"):
            port_from_environment()
