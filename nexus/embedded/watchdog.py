"""Stops the children of a supervisor that vanished, on systems without a parent-death signal (macOS).

Reads `+pid` and `-pid` lines; the end of the input means that the supervisor is gone.
"""

import os
import signal
import sys
import time

GRACE = 10.0  # seconds between asking and killing


def signal_all(pids: set[int], number: int) -> set[int]:
    """Signal each process; those that were still there."""
    alive = set()
    for pid in pids:
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            continue
        alive.add(pid)
    return alive


def main() -> None:
    """Keep the list until the input ends, then stop whatever is on it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pids: set[int] = set()
    for line in sys.stdin:
        change, pid = line[0], int(line[1:])
        (pids.add if change == "+" else pids.discard)(pid)
    left = signal_all(pids, signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    while left and time.monotonic() < deadline:
        time.sleep(0.1)
        left = signal_all(left, 0)
    signal_all(left, signal.SIGKILL)


if __name__ == "__main__":
    main()
