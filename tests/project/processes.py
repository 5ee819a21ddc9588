"""Helpers for the tests that start the project's own processes and look at what is left of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psutil
from django.db import connection

from nexus.embedded.children import wait_until

ROOT = Path(__file__).resolve().parents[2]


def clean_env(**more: str) -> dict[str, str]:
    """Our environment without the addresses of the servers that the test run itself uses."""
    dropped = ("DATABASE_URL", "REDIS_URL", "NEXUS_STATE", "COV_CORE_SOURCE", "COV_CORE_CONFIG")
    return {name: value for name, value in os.environ.items() if name not in dropped} | more


def address_of_test_database(name: str = "") -> str:
    """For DATABASE_URL of a process that is to see what a test has committed, or works in a database of this name."""
    database = connection.settings_dict
    name = name or database["NAME"]
    host = str(database["OPTIONS"].get("host") or database["HOST"])
    user = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
    if host.startswith("/"):
        return f"postgresql://{user}@/{name}?host={quote(host, safe='')}"
    return f"postgresql://{user}@{host}:{database['PORT'] or 5432}/{name}"


def embedded(state: Path, *words: str) -> list[str]:
    """The command line of the embedded servers."""
    return [sys.executable, "-m", "nexus.embedded", "--state", str(state), "--throwaway", *words]


def run_embedded(state: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run one command of the embedded servers to its end."""
    return subprocess.run(
        embedded(state, *words),
        cwd=ROOT,
        env=clean_env(**env),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


@contextmanager
def serving(state: Path, **env: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """Embedded servers that are up: their supervisor and the addresses that it printed."""
    process = subprocess.Popen(
        embedded(state, "serve"), cwd=ROOT, env=clean_env(**env), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    try:
        lines = [process.stdout.readline().strip() for _ in range(2)]
        yield process, dict(line.split("=", 1) for line in lines)
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Everything that a process has started, and what those have started."""
    return psutil.Process(process.pid).children(recursive=True)


def all_gone(processes: list[psutil.Process], seconds: float = 15) -> bool:
    """Whether every one of them ends in time; a zombie counts as ended."""
    return wait_until(lambda: not [one for one in processes if _alive(one)], seconds)


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
