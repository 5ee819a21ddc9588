"""`python -m nexus.probe live|ready [HOST:PORT]`: ask a web process how it is; exit code 0 when it is well.

For containers, whose image has no curl. The request names a host that ALLOWED_HOSTS allows.
"""

from __future__ import annotations

import http.client
import os
import sys

PATIENCE = 4  # seconds; less than the time that the container engine gives


def main(arguments: list[str]) -> int:
    """Ask and print what was answered."""
    if not arguments or arguments[0] not in ("live", "ready") or len(arguments) > 2:
        print(__doc__, file=sys.stderr)
        return 2
    place = arguments[1] if len(arguments) == 2 else f"127.0.0.1:{os.environ.get('WEB_PORT', '8000')}"
    try:
        status, answer = ask(place, f"/health/{arguments[0]}")
    except (OSError, http.client.HTTPException) as error:
        print(f"{place}: {error}", file=sys.stderr)
        return 1
    print(answer.strip())
    return 0 if status == 200 else 1


def ask(place: str, path: str) -> tuple[int, str]:
    """Status and text of the answer. Raises OSError or HTTPException when there is none."""
    connection = http.client.HTTPConnection(place, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={"Host": allowed_host(os.environ.get("ALLOWED_HOSTS", ""))})
        response = connection.getresponse()
        return response.status, response.read(10_000).decode(errors="replace")
    finally:
        connection.close()


def allowed_host(hosts: str) -> str:
    """A host name that Django accepts: the first of ALLOWED_HOSTS, whose patterns are `*` and `.domain`."""
    first = next((host.strip() for host in hosts.split(",") if host.strip()), "localhost")
    return "localhost" if first == "*" else first.removeprefix(".")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
