"""Load by wrk: as many requests as a server answers over connections that stay open."""

from __future__ import annotations

import re
import shutil
import subprocess
import urllib.request

from bench.harness import CannotMeasureError

CONNECTIONS, THREADS = 8, 2
ACCEPTED = "br, gzip"  # what every browser sends
RATE = re.compile(r"^Requests/sec:\s+([\d.]+)$", re.MULTILINE)
FAILURES = re.compile(r"^\s*(Non-2xx or 3xx responses: \d+|Socket errors: .*)$", re.MULTILINE)


def require() -> None:
    """Raise CannotMeasureError when wrk is not there."""
    if shutil.which("wrk") is None:
        raise CannotMeasureError("wrk is missing: install it (`apt-get install wrk` or `brew install wrk`).")


def rate(address: str, seconds: int) -> float:
    """Requests a second that an address bears. Raises CannotMeasureError when an answer is no success."""
    done = subprocess.run(
        [
            *("wrk", "--threads", str(THREADS), "--connections", str(CONNECTIONS)),
            *("--duration", f"{seconds}s", "--timeout", "10s", "--header", f"Accept-Encoding: {ACCEPTED}"),
            address,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    found = RATE.search(done.stdout)
    if done.returncode or found is None or (failed := FAILURES.search(done.stdout)):
        raise CannotMeasureError(f"{address}: {failed[1] if found and failed else done.stdout + done.stderr}")
    return float(found[1])


def header(address: str, name: str) -> str:
    """A header of one answer."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": ACCEPTED})  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
        return str(response.headers.get(name, ""))
