"""The scripts of backup/: an encrypted dump and the way back onto a fresh machine, as compose and the manual run them."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import time
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import yaml

from common import retention
from nexus.embedded.children import wait_until
from nexus.embedded.home import Home
from tests.project.conftest import manage
from tests.project.processes import ROOT, clean_env, serving
from tests.project.two_roles import PASSWORDS, addresses_of, make_database, path_with_programs

SCRIPTS = ROOT / "backup"
TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"


def entry_of(home: Home) -> dict[str, str]:
    """The variables with which the scripts enter that server as the owner of the tables."""
    return {
        "PGHOST": str(home.run),
        "PGUSER": "nexus",
        "PGPASSWORD": PASSWORDS["NEXUS_DB_PASSWORD"],
        "PGDATABASE": "nexus",
        "PATH": path_with_programs(),
    }


def run(name: str, *words: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    """One of the scripts, to its end."""
    command = ["bash", str(SCRIPTS / name), *map(str, words)]
    return subprocess.run(
        command, env=clean_env(**env), capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture
def key(tmp_path: Path) -> tuple[Path, str]:
    """The file of a private key and its public key."""
    file = tmp_path / "key.txt"
    subprocess.run(["age-keygen", "--output", str(file)], check=True, capture_output=True)
    return file, re.findall(r"age1[a-z0-9]+", file.read_text())[0]


def backed_up(state: Path, folder: Path, recipient: str, **env: str) -> subprocess.CompletedProcess[str]:
    """A backup of the installation of two roles."""
    variables = entry_of(Home(state)) | {"AGE_RECIPIENT": recipient, "BACKUP_FOLDER": str(folder)} | env
    return run("make_backup.sh", **variables)


def rows(url: str, statement: str) -> list[Any]:
    """What a statement answers."""
    ours = psycopg2.connect(url)
    with ours.cursor() as cursor:
        cursor.execute(statement)
        found = list(cursor.fetchall())
    ours.close()
    return found


def counts(home: Home) -> dict[str, int]:
    """How many rows each table there has."""
    url = addresses_of(home)["OWNER_DATABASE_URL"]
    return {name: rows(url, f'SELECT count(*) FROM "{name}"')[0][0] for (name,) in rows(url, TABLES)}  # noqa: S608


def test_a_backup_returns_whole_onto_a_fresh_machine(
    state_of_two_roles: Path, tmp_path: Path, key: tuple[Path, str]
) -> None:
    identity, recipient = key
    done = backed_up(state_of_two_roles, tmp_path / "kept", recipient)
    assert done.returncode == 0, done.stderr
    (file,) = (tmp_path / "kept").iterdir()
    assert done.stdout.strip() == str(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = file.read_bytes()
    assert kept.startswith(b"age-encryption.org/v1")
    assert b"PGDMP" not in kept
    before = counts(Home(state_of_two_roles))

    state = tmp_path / "fresh"
    with serving(state):
        home = Home(state)
        make_database(home)
        found = addresses_of(home)
        cut = tmp_path / "cut.age"
        cut.write_bytes(kept[: len(kept) * 2 // 3])
        other = tmp_path / "other.txt"
        subprocess.run(["age-keygen", "--output", str(other)], check=True, capture_output=True)
        for wrong in ((cut, identity), (file, other)):
            assert run("restore_backup.sh", *wrong, **entry_of(home)).returncode != 0
            assert counts(home) == {}
        back = run("restore_backup.sh", file, identity, **entry_of(home))
        assert back.returncode == 0, back.stderr
        assert counts(home) == before
        assert len(before) > 50
        manage("migrate", "--check", **found)
        manage("migrate", "--no-input", **found)
        manage("prepare_database", **found)
        log = "SELECT reason FROM accounts_auditentry WHERE reason = 'before'"
        assert rows(found["DATABASE_URL"], log) == [("before",)]
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            rows(found["DATABASE_URL"], "DELETE FROM accounts_auditentry RETURNING 1")
        again = run("restore_backup.sh", file, identity, **entry_of(home))
        assert again.returncode == 1
        assert "is not empty" in again.stderr


def test_a_failed_dump_leaves_nothing_and_old_ones_go_only_after_a_new_one(
    state_of_two_roles: Path, tmp_path: Path, key: tuple[Path, str]
) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    names = {"nexus-20200101T000000Z.dump.age": 40, "nexus-20200102T000000Z.dump.age": 3, "other.txt": 90}
    for name, days in names.items():
        (folder / name).write_text("x")
        os.utime(folder / name, (time.time() - days * 86400,) * 2)
    assert backed_up(state_of_two_roles, folder, key[1], PGDATABASE="nothing").returncode != 0
    assert {path.name for path in folder.iterdir()} == names.keys()
    assert backed_up(state_of_two_roles, folder, "age1nonsense").returncode != 0
    assert {path.name for path in folder.iterdir()} == names.keys()
    assert backed_up(state_of_two_roles, folder, key[1], KEEP_DAYS="-1").returncode != 0
    assert backed_up(state_of_two_roles, folder, key[1]).returncode == 0
    left = {path.name for path in folder.iterdir()}
    assert {name for name in names if name not in left} == {"nexus-20200101T000000Z.dump.age"}
    assert len(left) == 3


def test_the_container_makes_one_at_once_and_ends_when_told(
    state_of_two_roles: Path, tmp_path: Path, key: tuple[Path, str]
) -> None:
    folder = tmp_path / "kept"
    env = entry_of(Home(state_of_two_roles)) | {"AGE_RECIPIENT": key[1], "BACKUP_FOLDER": str(folder)}
    process = subprocess.Popen(["bash", str(SCRIPTS / "keep_backups.sh")], env=clean_env(**env))
    try:
        assert wait_until(lambda: folder.is_dir() and any(folder.glob("*.age")), 60)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
    assert run("keep_backups.sh", **env, BACKUP_AT="24:00").returncode == 1


def test_compose_and_manual_run_these_very_scripts() -> None:
    service = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]["backup"]
    image = (SCRIPTS / "Dockerfile").read_text(encoding="utf-8")
    assert service["build"] == "backup"
    assert service["profiles"] == ["backup"]
    assert service["environment"].keys() >= {"AGE_RECIPIENT", "PGUSER", "PGPASSWORD", "PGDATABASE", "PGHOST"}
    assert (
        service["environment"]["KEEP_DAYS"] == f"${{KEEP_DAYS:-{retention.BACKUPS.days}}}"
    )  # the privacy page says it
    assert f"KEEP_DAYS:-{retention.BACKUPS.days}}}" in (SCRIPTS / "make_backup.sh").read_text(
        encoding="utf-8"
    )
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for path in SCRIPTS.glob("*.sh"):
        assert path.name in image
        assert path.name in manual
        assert os.access(path, os.X_OK)
    (server,) = re.findall(r"^FROM (\S+)$", image, re.MULTILINE)
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert f"image: {server}\n" in text  # pg_dump is as new as the server
