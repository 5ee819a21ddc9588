"""The guard of a container: it ends what hangs, and only that; signals and exit codes pass through it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
import pytest

from nexus import guard
from nexus.embedded.children import wait_until
from nexus.embedded.valkey import free_port
from tests.project.processes import ROOT, all_gone, family

SERVER = """
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"ok")
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(os.environ["WEB_PORT"])), Handler).serve_forever()
"""
GUARDED = """
import sys
from nexus import guard
check = guard.Check(guard.web_is_sick, every=0.3, times=3)
guard.PATIENCE = guard.probe.PATIENCE = 1
sys.exit(guard.run([sys.executable, "-c", sys.argv[1]], check, start=float(sys.argv[2])))
"""


@contextmanager
def guarded(program: str = SERVER, start: float = 60) -> Iterator[subprocess.Popen[bytes]]:
    """A guard that looks quickly, over a small web server."""
    env = os.environ | {"WEB_PORT": str(free_port()), "ALLOWED_HOSTS": "localhost"}
    process = subprocess.Popen([sys.executable, "-c", GUARDED, program, str(start)], cwd=ROOT, env=env)
    try:
        yield process
    finally:
        for child in [*family(process)] if process.poll() is None else []:
            child.kill()
        process.kill()
        process.wait()


def child_of(process: subprocess.Popen[bytes]) -> psutil.Process:
    """The guarded process, once it listens."""
    assert wait_until(lambda: any(child.net_connections() for child in family(process)), 20)
    return family(process)[0]


def test_what_hangs_is_ended_and_nothing_is_left() -> None:
    with guarded() as process:
        child = child_of(process)
        time.sleep(1)  # it was found well
        assert process.poll() is None
        child.suspend()
        assert process.wait(30) == 1
        assert all_gone([child], 0)


def test_what_has_not_begun_is_given_time_and_then_ended() -> None:
    with guarded("import time; time.sleep(60)", start=2.5) as process:
        began = time.monotonic()
        assert process.wait(30) == 1
        assert time.monotonic() - began > 2.5


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_passed_on_and_its_exit_code_comes_back(number: int) -> None:
    told = f"import signal, sys\nsignal.signal({int(number)}, lambda *_: sys.exit(7))\n"
    with guarded(told + SERVER) as process:
        child_of(process)
        process.send_signal(number)
        assert process.wait(20) == 7


@pytest.mark.parametrize(("ending", "code"), [("sys.exit(3)", 3), ("os.kill(os.getpid(), 9)", 137)])
def test_what_ends_by_itself_is_no_business_of_the_guard(ending: str, code: int) -> None:
    with guarded(f"import os, sys\n{ending}") as process:
        assert process.wait(20) == code


def test_without_a_name_it_becomes_the_command_and_an_unknown_name_is_refused() -> None:
    words = [sys.executable, "-m", "nexus.guard", sys.executable, "-c", "import os; print(os.getpid())"]
    kept = {name: value for name, value in os.environ.items() if name != "GUARD"}
    with subprocess.Popen(words, cwd=ROOT, env=kept, stdout=subprocess.PIPE, text=True) as process:
        said, _ = process.communicate(timeout=30)
    assert (process.returncode, int(said)) == (0, process.pid)
    by_hand = [*words[:3], sys.executable, "manage.py", "--version"]
    done = subprocess.run(by_hand, cwd=ROOT, env=kept | {"GUARD": "web"}, capture_output=True, check=False)
    assert (done.returncode, done.stdout[:2]) == (0, b"5.")
    refused = subprocess.run(words, cwd=ROOT, env=kept | {"GUARD": "x"}, capture_output=True, check=False)
    assert refused.returncode == 2


SILENT = {"cache": "ok", "database": "ok", "migrations": "ok", "worker": "down"}


@pytest.mark.parametrize(
    ("answer", "worker", "sick"),
    [
        (SILENT, "", True),
        (SILENT, "No nodes replied", False),  # then the beat arrives nowhere, and beat itself is well
        (SILENT | {"worker": "ok"}, "", False),
        (SILENT | {"cache": "down"}, "", False),
        (SILENT | {"database": "down", "migrations": "down"}, "", False),
        ({}, "", False),
        ("junk", "", False),
        (subprocess.TimeoutExpired("manage.py", 60), "", False),
    ],
)
def test_beat_is_blamed_only_when_everything_else_works(
    monkeypatch: pytest.MonkeyPatch, answer: Any, worker: str, sick: bool
) -> None:
    def run(words: list[str], **_options: Any) -> subprocess.CompletedProcess[Any]:
        if "celery" in words:
            assert words[-4:] == ["inspect", "ping", "--timeout", "10"]
            return subprocess.CompletedProcess(words, 69 if worker else 0, b"", worker.encode())
        assert words[1:] == ["manage.py", "readiness"]
        if isinstance(answer, Exception):
            raise answer
        said = answer if isinstance(answer, str) else json.dumps(answer)
        return subprocess.CompletedProcess(words, 0, said, "")

    monkeypatch.setattr(guard.subprocess, "run", run)
    assert guard.beat_is_sick() is sick


@pytest.mark.parametrize(("queue_works", "sick"), [(True, True), (False, False)])
def test_a_worker_is_blamed_only_when_the_queue_works(
    monkeypatch: pytest.MonkeyPatch, queue_works: bool, sick: bool
) -> None:
    broker = os.environ["REDIS_URL"] if queue_works else "redis://127.0.0.1:1"
    monkeypatch.setenv("REDIS_URL", broker)
    assert guard.worker_is_sick() is sick  # there is no such worker
