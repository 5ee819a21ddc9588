"""Keys change, rotation dies in the middle, a dump comes back, an installation of before is renewed: nothing is lost."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.test import Client

from common import keys_in_use
from common.models import KeyInUse
from common.sealed import sealed_columns
from counselling import notes
from counselling.models import Appointment
from nexus.data_keys import read_keys
from nexus.embedded.binaries import find_postgres
from nexus.embedded.children import wait_until
from nexus.embedded.home import Account
from tests.factories.counselling import MONDAY, AppointmentFactory, CounsellorFactory, ReasonFactory, at
from tests.project import key_rows
from tests.project.processes import ROOT, address_of_test_database, clean_env, serving

ANOTHER_SECRET_KEY = "of-tomorrow-0123456789-abcdefghijklmnopqrstuvwxyz-0123"
READ_IN_A_PROCESS = [sys.executable, "-m", "tests.project.key_rows"]


def run(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """A command of `manage.py` in a process of its own, on the test's database."""
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": address_of_test_database()} | env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def new_keys(**env: str) -> dict[str, str]:
    """What `manage.py new_keys` prints for an installation with these variables, as an `.env` file reads it."""
    asked = clean_env(DATA_KEYS="", HASH_KEY="", **env)
    printed = subprocess.run(
        [sys.executable, "manage.py", "new_keys"],
        cwd=ROOT,
        env=asked,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "rotate_data_keys" in printed.stderr
    return dict(line.split("=", 1) for line in printed.stdout.splitlines())


def use(settings: Any, variables: dict[str, str]) -> None:
    """Go on with these keys, and with another SECRET_KEY: nothing kept may need the one of before."""
    settings.DATA_KEYS = read_keys("DATA_KEYS", variables["DATA_KEYS"].split(","))
    settings.HASH_KEY = read_keys("HASH_KEY", [variables["HASH_KEY"]])[0]
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = ANOTHER_SECRET_KEY, []


def counts() -> tuple[int, int, int]:
    """Sealed rows under the newest key, under older ones, under none of ours."""
    found = [column.count() for column in sealed_columns()]
    return tuple(sum(getattr(one, name) for one in found) for name in ("newest", "older", "lost"))


@pytest.fixture
def then(settings: Any) -> dict[str, str]:
    """Rows of the release that had SECRET_KEY alone, and the keys for them; nothing is noted of keys yet."""
    from nexus.settings import PASSWORD_HASHERS  # noqa: PLC0415  # those of the tests open no real password

    settings.PASSWORD_HASHERS = PASSWORD_HASHERS
    key_rows.write_rows()
    KeyInUse.objects.all().delete()
    return new_keys(SECRET_KEY=key_rows.THEN, SECRET_KEY_FALLBACKS=key_rows.BEFORE_THEN)


@pytest.mark.django_db
class TestUpgrade:
    """An installation of the release that used SECRET_KEY for everything."""

    def test_new_keys_puts_a_fresh_key_before_those_of_then(self, then: dict[str, str]) -> None:
        fresh, *older = read_keys("DATA_KEYS", then["DATA_KEYS"].split(","))
        assert older == [key_rows.THEN, key_rows.BEFORE_THEN]
        assert len(fresh) >= 50
        assert read_keys("HASH_KEY", [then["HASH_KEY"]]) == [key_rows.THEN]
        assert (
            new_keys(SECRET_KEY=key_rows.THEN)["DATA_KEYS"] != new_keys(SECRET_KEY=key_rows.THEN)["DATA_KEYS"]
        )

    def test_keys_that_were_made_up_are_kept_and_new_keys_says_what_they_do_not_open(
        self, then: dict[str, str]
    ) -> None:
        """Whoever fills every line of `.env.example` would else be sent round in a circle."""
        made_up = {"DATA_KEYS": "d" * 60, "HASH_KEY": "h" * 60}
        asked = clean_env(SECRET_KEY=key_rows.THEN, **made_up)
        printed = subprocess.run(
            [sys.executable, "manage.py", "new_keys"],
            cwd=ROOT,
            env=asked,
            capture_output=True,
            text=True,
            check=True,
        )
        assert key_rows.THEN not in printed.stdout
        assert "for its rows empty both variables" in printed.stderr
        with pytest.raises(CommandError, match=r"with both empty, `python manage\.py new_keys`"):
            call_command("prepare_database")

    def test_with_its_keys_everything_is_read(self, then: dict[str, str], settings: Any) -> None:
        use(settings, then)
        call_command("prepare_database")
        assert key_rows.read_rows() == key_rows.WHOLE
        assert notes.unseal(key_rows.NOTE_BEFORE.encode()) == key_rows.NOTE
        assert Client().get(key_rows.VIEW_BEFORE).context["appointment"].reference == key_rows.REFERENCE

    def test_after_rotation_rows_need_the_newest_alone_and_links_the_older(
        self, then: dict[str, str], settings: Any
    ) -> None:
        use(settings, then)
        call_command("rotate_data_keys")
        assert counts()[1:] == (0, 0)
        assert key_rows.read_rows() == key_rows.WHOLE
        settings.DATA_KEYS = settings.DATA_KEYS[:1]
        call_command("prepare_database")
        assert key_rows.read_rows() == key_rows.WHOLE | {"view": False, "unsubscribe": False}

    def test_with_keys_of_its_own_it_does_not_start_and_is_told_what_to_do(
        self, then: dict[str, str], settings: Any
    ) -> None:
        for command in ("prepare_database", "rotate_data_keys"):
            with pytest.raises(CommandError, match=r"manage\.py new_keys"):
                call_command(command)
        settings.DATA_KEYS = read_keys("DATA_KEYS", then["DATA_KEYS"].split(","))
        with pytest.raises(CommandError, match="HASH_KEY does not give"):
            call_command("prepare_database")
        assert not KeyInUse.objects.exists()

    def test_keys_that_are_lost_for_good_can_be_given_up(self, then: dict[str, str]) -> None:
        call_command("prepare_database", "--accept-keys")
        keys_in_use.check_and_note()
        with pytest.raises(CommandError, match="5 rows cannot be opened"):
            call_command("rotate_data_keys")
        lost = {
            "note": False,
            "signs_in": False,
            "recovery_codes": 0,
            "code_in_a_message": "",
            "finds": False,
        }
        found = key_rows.read_rows()
        assert {name: found[name] for name in lost} == lost
        assert found["feed"] is True


MANY = 120


@pytest.fixture
def many_notes(transactional_db: None) -> list[str]:
    """Committed, under the older of the two keys that the tests run with."""
    newest, older = django_settings.DATA_KEYS
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(django_settings, "DATA_KEYS", [older, newest])
        written = [(f"Nota {number}", notes.seal(f"Nota {number}")) for number in range(MANY)]
    reason, counsellor = ReasonFactory.create(), CounsellorFactory.create()
    for number, (_text, sealed) in enumerate(written):
        day = MONDAY + number * (MONDAY.resolution)
        AppointmentFactory.create(
            reason=reason, counsellor=counsellor, starts_at=at(9, day=day), note_sealed=sealed
        )
    return sorted(text for text, _sealed in written)


def read_notes() -> list[str]:
    """All of them."""
    return sorted(
        notes.unseal(sealed) for sealed in Appointment.objects.values_list("note_sealed", flat=True)
    )


def test_a_rotation_killed_in_the_middle_loses_nothing_and_goes_on(
    many_notes: list[str], settings: Any
) -> None:
    assert counts() == (0, MANY, 0)
    words = [sys.executable, "manage.py", "rotate_data_keys", "--batch", "2"]
    env = os.environ | {"DATABASE_URL": address_of_test_database()}
    process = subprocess.Popen(words, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        assert wait_until(lambda: counts()[0] > 0, 60, 0.02)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL
    newest, older, lost = counts()
    assert 0 < newest < MANY
    assert (newest % 2, lost, newest + older) == (0, 0, MANY)  # whole batches
    assert read_notes() == many_notes

    counted = run("rotate_data_keys", "--count")
    assert f"{newest} under the first key, {older} under older ones, 0 cannot be opened" in counted.stdout
    again = run("rotate_data_keys")
    assert again.returncode == 0, again.stderr
    assert f"counselling.Appointment.note_sealed: {older} sealed anew" in again.stdout
    assert counts() == (MANY, 0, 0)
    settings.DATA_KEYS = settings.DATA_KEYS[:1]
    assert read_notes() == many_notes


@pytest.mark.usefixtures("many_notes")
def test_no_process_starts_beside_rows_of_other_keys() -> None:
    keys_in_use.check_and_note()
    others = {"DATA_KEYS": "n" * 60, "HASH_KEY": "h" * 60}
    for words in (
        ["manage.py", "prepare_database"],
        ["-m", "nexus.web"],
        ["-c", "import nexus.wsgi"],  # under another server
        ["-m", "celery", "--app", "nexus", "worker", "--pool", "solo"],
    ):
        env = os.environ | {"DATABASE_URL": address_of_test_database()} | others
        ended = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ended.returncode != 0, words
        assert "manage.py new_keys" in ended.stderr, words
        assert "DATA_KEYS lacks what rows are sealed with" in ended.stderr, words
        assert "HASH_KEY is another" in ended.stderr, words


@pytest.mark.parametrize("name", ["DATA_KEYS", "HASH_KEY"])
@pytest.mark.parametrize(
    "words", [["-m", "nexus.web"], ["manage.py", "migrate"], ["manage.py", "check", "--deploy"]], ids=" ".join
)
def test_a_start_ends_with_a_sentence_where_a_key_is_missing(words: list[str], name: str) -> None:
    ended = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=os.environ | {name: ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1)
    assert f"{name} is not set; `python manage.py new_keys` prints" in ended.stderr


def test_a_process_starts_while_the_database_is_away() -> None:
    env = os.environ | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    started = subprocess.run([sys.executable, "-c", "import nexus.wsgi"], cwd=ROOT, env=env, check=False)
    assert started.returncode == 0


def pg(program: str, *words: str, database: str, **options: Any) -> bytes:
    """A program of PostgreSQL, on the database that an address names."""
    path = find_postgres(Account.current()).path.with_name(program)
    done = subprocess.run([path, "--dbname", database, *words], capture_output=True, check=False, **options)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.mark.django_db(transaction=True)
def test_a_dump_comes_back_on_a_fresh_machine_with_the_keys_that_were_kept(
    then: dict[str, str], settings: Any, tmp_path: Path
) -> None:
    use(settings, then)
    call_command("rotate_data_keys")
    dump = pg("pg_dump", "--format", "custom", database=address_of_test_database())
    assert key_rows.NOTE.encode() not in dump
    with serving(tmp_path / "fresh machine") as (_process, addresses):
        pg("pg_restore", "--exit-on-error", "--no-owner", database=addresses["DATABASE_URL"], input=dump)
        kept = addresses | then | {"SECRET_KEY": secrets.token_urlsafe(60)}
        made_there = {"DATA_KEYS": secrets.token_urlsafe(60), "HASH_KEY": secrets.token_urlsafe(60)}
        refused = run("prepare_database", **kept | made_there)
        assert refused.returncode == 1
        assert "kept for its backups" in refused.stderr
        prepared = run("prepare_database", **kept)
        assert prepared.returncode == 0, prepared.stderr
        read = subprocess.run(
            READ_IN_A_PROCESS, cwd=ROOT, env=os.environ | kept, capture_output=True, text=True, check=False
        )
        assert read.returncode == 0, read.stderr
    assert json.loads(read.stdout.splitlines()[-1]) == key_rows.WHOLE
