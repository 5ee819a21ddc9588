"""`make demo` end to end: one supervisor, nothing left behind, the second start as good as the first."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nexus.embedded.home import Home
from nexus.embedded.valkey import free_port
from nexus.supervisor import secrets_of
from tests.project.processes import ROOT, all_gone, clean_env, family, run_embedded

READY = "NEXUS is ready"
OURS = ("SECRET_KEY", "DATA_KEYS", "HASH_KEY", "DEBUG", "HTTPS", "ALLOWED_HOSTS", "BASE_URL")


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    """A state directory whose servers' files are removed afterwards, also those outside of it."""
    path = tmp_path / "a demo"
    yield path
    assert run_embedded(path, "reset").returncode == 0


def demo_env(state: Path, port: int) -> dict[str, str]:
    """The environment of a person who has set nothing but the port."""
    env = clean_env(NEXUS_STATE=str(state), PORT=str(port))
    return {name: value for name, value in env.items() if name not in OURS}


@contextmanager
def demo(state: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A supervisor whose product is ready, and what it has printed until then."""
    process = subprocess.Popen(
        [sys.executable, "-m", "nexus.supervisor"],
        cwd=ROOT,
        env=demo_env(state, port),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            if line.startswith("Logs: "):
                break
        assert READY in "".join(said), "".join(said)
        yield process, "".join(said)
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()


def ready(port: int) -> bool:
    """Whether everything that the product leans on works."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=10) as response:
        return bool(response.status == 200)


def test_demo_survives_a_kill_and_stops_in_order(state: Path) -> None:
    port = free_port()
    with demo(state, port) as (process, said):
        assert ready(port)
        assert f"http://localhost:{port}/" in said
        sign_ins = state / "demo-sign-ins.txt"
        assert stat.S_IMODE(sign_ins.stat().st_mode) == 0o600
        assert sign_ins.read_text().strip() in said
        commands = [" ".join(child.cmdline()) for child in family(process)]
        for part in ("postgres -D", "valkey-server", "granian", "celery --app nexus worker", "nexus beat"):
            assert any(part in command for command in commands), part

        busy = subprocess.run(
            [sys.executable, "-m", "nexus.supervisor"],
            cwd=ROOT,
            env=demo_env(state, port),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert (busy.returncode, busy.stderr.count("\n")) == (1, 1)
        assert f"Port {port} already answers" in busy.stderr

        left = family(process)
        process.kill()
        process.wait()
        assert all_gone(left, 30)

    with demo(state, port) as (process, _):
        assert ready(port)
        left = family(process)
        process.send_signal(signal.SIGINT)
        assert process.wait(45) == 0
        assert all_gone(left, 0)
    secrets = [path.read_text() for path in (state / "secrets").iterdir()]
    logs = "".join(path.read_text(errors="replace") for path in (state / "log").iterdir())
    assert not [secret for secret in secrets if secret in logs]


def test_demo_stops_as_a_whole_when_a_part_of_it_dies(state: Path) -> None:
    with demo(state, free_port()) as (process, _):
        left = family(process)
        worker = next(child for child in left if "worker" in child.cmdline() and "celery" in child.cmdline())
        worker.kill()
        assert process.wait(45) == 1
        assert all_gone(left, 0)
        assert process.stdout
        assert "worker ended by itself" in process.stdout.read()


def test_a_demo_that_had_secret_key_alone_keeps_what_it_sealed_and_hashed(tmp_path: Path) -> None:
    home = Home(tmp_path)
    earlier = home.secret("secret-key")
    found = secrets_of(home)
    fresh, older = found["DATA_KEYS"].split(",")
    assert (older, found["HASH_KEY"], found["SECRET_KEY"]) == (earlier, earlier, earlier)
    assert fresh != earlier
    assert secrets_of(home) == found


def test_a_new_demo_has_three_keys(tmp_path: Path) -> None:
    found = secrets_of(Home(tmp_path))
    assert len(set(found.values())) == 3
    assert "," not in found["DATA_KEYS"]
    assert secrets_of(Home(tmp_path)) == found
