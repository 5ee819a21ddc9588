"""Child processes that do not outlive their parent, however it ends."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from nexus.embedded.home import Account

PR_SET_PDEATHSIG = 1
LARGEST_LOG = 5_000_000  # bytes; a longer one is put aside at the next start
# Without the kernel's help a second process keeps watch; Linux can be told to do without, to try that.
_needs_watchdog = sys.platform != "linux" or os.environ.get("NEXUS_WATCHDOG") == "1"
_libc = None if _needs_watchdog else ctypes.CDLL(None, use_errno=True)


def dies_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """What a child runs between fork and exec, so that the kernel signals it when the parent is gone.

    The parent is the thread that starts the child, so children are started by main threads only.
    """
    parent = os.getpid()

    def tie() -> None:
        if not tie_to_parent(parent, death_signal):
            os._exit(1)

    return tie


def tie_to_parent(parent: int, death_signal: signal.Signals) -> bool:
    """Have the kernel signal this process when its parent ends; whether that was still there."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
    return _libc is None or os.getppid() == parent


class Child:
    """A running program: its name, how it is asked to end and how long it may take over that."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        stop_signal: signal.Signals = signal.SIGTERM,
        patience: float = 15.0,
    ) -> None:
        self.name = name
        self.command = [str(part) for part in command]
        self.stop_signal = stop_signal
        self.patience = patience
        self.process: subprocess.Popen[bytes] | None = None
        self._leads_group = False

    def start(  # noqa: PLR0913 - a process has that many knobs
        self,
        *,
        env: Mapping[str, str],
        account: Account | None = None,
        cwd: Path | None = None,
        output: Path | None = None,
        own_session: bool = True,
        read_input: bool = False,
    ) -> None:
        """Start it; in its own session a terminal's Ctrl-C reaches only us, who stop all in order."""
        log: IO[bytes] | None = None
        if output:
            if output.exists() and output.stat().st_size > LARGEST_LOG:
                output.replace(output.with_suffix(".old"))
            log = open(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")  # noqa: SIM115
        try:
            self.process = subprocess.Popen(
                self.command,
                env=dict(env),
                cwd=cwd,
                stdin=None if read_input else subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT if log else None,
                start_new_session=own_session,
                preexec_fn=dies_with_parent(self.stop_signal),  # noqa: PLW1509 - no other thread runs then
                **(account.popen_options() if account else {}),
            )
        finally:
            if log:
                log.close()
        self._leads_group = own_session
        watch(self.process.pid, self.stop_signal)

    @property
    def pid(self) -> int:
        """The process id; 0 before the start."""
        return self.process.pid if self.process else 0

    def ended(self) -> int | None:
        """The exit code, None while it runs."""
        return self.process.poll() if self.process else None

    def ask_to_stop(self) -> None:
        """Send the signal for an orderly end."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def stop(self) -> None:
        """End it, orderly within its patience, then by force together with its own session."""
        if self.process is None:
            return
        self.ask_to_stop()
        try:
            self.process.wait(self.patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self._leads_group:
            kill_group(self.process.pid)
        unwatch(self.process.pid)


def stop_all(children: Sequence[Child]) -> None:
    """Ask all at once, then wait for each, so that the slowest one sets the time."""
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.stop()


def kill_group(leader: int) -> None:
    """Kill whatever is left of a group whose leader has ended: workers that lost their parent, for one."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def wait_until(condition: Callable[[], bool], seconds: float, step: float = 0.05) -> bool:
    """Poll a condition; whether it came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(step)
    return True


_watchdog: subprocess.Popen[bytes] | None = None


def watch(pid: int, stop_signal: signal.Signals) -> None:
    """Tell the watchdog of a child and its signal; it starts with the first one, where it is needed."""
    global _watchdog  # noqa: PLW0603 - one per process, like the processes it watches
    if not _needs_watchdog:
        return
    if _watchdog is None:
        _watchdog = subprocess.Popen(
            [sys.executable, "-I", str(Path(__file__).with_name("watchdog.py"))],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
    _tell(f"{pid} {int(stop_signal)}\n")


def unwatch(pid: int) -> None:
    """Tell the watchdog that a child has ended."""
    if _watchdog is not None:
        _tell(f"{pid} 0\n")


def _tell(line: str) -> None:
    if _watchdog and _watchdog.stdin:
        _watchdog.stdin.write(line.encode())
        _watchdog.stdin.flush()
