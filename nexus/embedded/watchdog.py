"""Stops the children of a supervisor that vanished, on systems without a parent-death signal (macOS).

Reads lines of a process id and the signal that ends it, 0 once it has ended; the end of the input means that
the supervisor is gone.
"""

import os
import signal
import sys
import time

GRACE = 10.0  # seconds between asking and killing


def is_there(pid: int, number: int = 0) -> bool:
    """Signal a process; whether it was there."""
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def main() -> None:
    """Keep the list until the input ends, then stop whatever is on it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    watched: dict[int, int] = {}
    for line in sys.stdin:
        pid, number = map(int, line.split())
        watched[pid] = number
    left = [pid for pid, number in watched.items() if number and is_there(pid, number)]
    deadline = time.monotonic() + GRACE
    while left and time.monotonic() < deadline:
        time.sleep(0.1)
        left = [pid for pid in left if is_there(pid)]
    for pid in left:
        is_there(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
