"""`python -m nexus.web`: the web server, the same in containers, the demo, benches and tests.

Variables: WEB_HOST and WEB_PORT where it listens (127.0.0.1:8000), WEB_PROCESSES how many processes answer.
"""

from __future__ import annotations

import os
import resource
import socket
import sys

HOST, PORT = "127.0.0.1", 8000
APPLICATION = "nexus.rsgi:application"
MOST_PROCESSES = 4
HEAD_SECONDS = 10  # for a whole head, and for the next one on a connection that stays open
CONNECTIONS = 2048  # a process; each costs some KB while it waits


def processes_here() -> int:
    """Two, so that one may fail; more where there are more processors."""
    return min(max(os.cpu_count() or 1, 2), MOST_PROCESSES)


def command(
    port: int, *, host: str = HOST, processes: int | None = None, application: str = APPLICATION
) -> list[str]:
    """The words that start the server."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "rsgi", "--host", host, "--port", str(port)),
        *("--workers", str(processes or processes_here()), "--respawn-failed-workers"),
        *("--workers-kill-timeout", "10", "--no-ws", "--http", "1"),
        *("--backlog", str(CONNECTIONS), "--backpressure", str(CONNECTIONS)),
        *("--http1-header-read-timeout", str(HEAD_SECONDS * 1000)),
        application,
    ]


def answers(port: int, host: str = HOST) -> bool:
    """Whether somebody listens there already."""
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((host, port)) == 0


def _allow_files(count: int) -> None:
    """Raise the limit of open files, which many shells set at 1,024, as far as this user may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _look_at_settings_and_keys() -> None:
    """End with a sentence where no process of the server could start: it would be respawned for ever."""
    import django  # noqa: PLC0415  # who only wants `command` needs no settings
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nexus.settings")
    try:
        django.setup()
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    from common import keys_in_use  # noqa: PLC0415  # models are ready only now

    try:
        keys_in_use.check_at_start()
    except keys_in_use.OtherKeysError as error:
        sys.exit(str(error))


def main() -> None:
    """Become the server; 1 with a sentence on stderr when its port is taken, a setting or a key is not as it must be."""
    _look_at_settings_and_keys()
    host, port = os.environ.get("WEB_HOST") or HOST, int(os.environ.get("WEB_PORT") or PORT)
    if answers(port):
        sys.exit(f"Port {port} already answers.")
    processes = int(os.environ.get("WEB_PROCESSES") or 0) or None
    _allow_files(CONNECTIONS + 500)
    words = command(port, host=host, processes=processes)
    os.execv(words[0], words)  # noqa: S606 - our own words


if __name__ == "__main__":
    main()
