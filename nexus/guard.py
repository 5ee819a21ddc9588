"""`python -m nexus.guard COMMAND…`: run a container's command, and end it when it is sick, so that it is started anew.

Docker restarts what has ended, not what hangs. GUARD says what is looked at: `web` (does it answer), `worker` (does it
answer over the queue), `beat` (does its beat arrive, as far as all in between works, a worker too). Without GUARD the command
simply takes this process's place, and so does every command of manage.py.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

from nexus import probe

NO_ANSWER = b"No nodes replied"  # of `celery inspect ping`: the queue works, and the worker says nothing
START = 300.0  # seconds in which something that was never well may still be starting
PATIENCE = 25.0  # seconds for an orderly end


@dataclass(frozen=True, slots=True)
class Check:
    """What is looked at, how often (seconds), and how many times in a row it must be sick."""

    is_sick: Callable[[], bool]
    every: float
    times: int


def web_is_sick() -> bool:
    """Whether the web process of this container does not answer."""
    try:
        return probe.ask(f"127.0.0.1:{os.environ.get('WEB_PORT') or 8000}", "/health/live")[0] != 200
    except (OSError, http.client.HTTPException):
        return True


def worker_is_sick() -> bool:
    """Whether the worker of this container leaves a question unanswered that reached the queue."""
    return _is_unanswered("--destination", f"celery@{os.uname().nodename}")


def beat_is_sick() -> bool:
    """Whether no beat arrives although the database and the cache work, and a worker is there to take it."""
    words = [sys.executable, "manage.py", "readiness"]
    try:
        asked = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
        states = json.loads(asked.stdout)
    except (subprocess.SubprocessError, ValueError):
        return False
    around = {name: state for name, state in states.items() if name != "worker"}
    is_silent = bool(around) and states.get("worker") == "down" and set(around.values()) == {"ok"}
    return is_silent and not _is_unanswered()


def _is_unanswered(*whom: str) -> bool:
    """Whether the queue works and no worker answers over it, or not the one that is named."""
    words = ["celery", "--app", "nexus", "inspect", "ping", "--timeout", "10", *whom]
    try:
        asked = subprocess.run([sys.executable, "-m", *words], capture_output=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        return False  # the machine or the queue is slow: that cures nobody
    return asked.returncode != 0 and NO_ANSWER in asked.stdout + asked.stderr


CHECKS = {
    "web": Check(web_is_sick, every=10, times=6),
    "worker": Check(worker_is_sick, every=120, times=3),
    "beat": Check(beat_is_sick, every=60, times=5),
}


def run(command: Sequence[str], check: Check, *, start: float = START) -> int:
    """Run the command to its end and return its exit code; 1 when it was ended because it was sick."""
    child = subprocess.Popen(command)
    told: list[int] = []

    def pass_on(number: int, _frame: FrameType | None) -> None:
        told.append(number)
        if child.poll() is None:
            child.send_signal(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, pass_on)
    began, sick, was_well = time.monotonic(), 0, False
    while True:
        try:
            code = child.wait(check.every)
            return code if code >= 0 else 128 - code
        except subprocess.TimeoutExpired:
            pass
        if told:
            continue  # it is ending; the container engine sets the time for that
        if not check.is_sick():
            sick, was_well = 0, True
            continue
        sick += 1
        if sick >= check.times and (was_well or time.monotonic() - began > start):
            break
    print(f"sick {sick} times in a row: ended, to be started anew", file=sys.stderr, flush=True)
    _end(child)
    return 1


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def main(command: list[str]) -> int:
    """Guard the command, or become it."""
    name = os.environ.get("GUARD", "")
    if not command or (name and name not in CHECKS):
        print(__doc__, file=sys.stderr)
        return 2
    if not name or "manage.py" in command:  # by hand, in a container of the same service: it may take hours
        os.execvp(command[0], command)  # noqa: S606 - the container's own command
    return run(command, CHECKS[name])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
