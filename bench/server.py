"""The web server as production runs it, on a free port of the loopback interface."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.database import ROOT
from bench.harness import CannotMeasureError
from nexus.embedded.children import Child
from nexus.supervisor import HOST, ask, processes

READY_WITHIN = 30  # seconds
LOCATION = re.compile(r"<loc>https?://[^/<]+(/[^<]*)</loc>")


@dataclass(frozen=True, slots=True)
class Server:
    """A running web server."""

    origin: str
    port: int
    pid: int

    def workers(self) -> list[psutil.Process]:
        """The processes that answer requests."""
        return [
            child for child in psutil.Process(self.pid).children() if "granian" in " ".join(child.cmdline())
        ]


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def unprotected(port: int) -> Child:
    """The web server as it was before it had a front: a thread waits for each client, and for whatever a view waits for."""
    words = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)),
        *("--workers", "2", "--blocking-threads", "4", "--no-ws", "nexus.wsgi:application"),
    ]
    return Child("web", words)


@contextlib.contextmanager
def serving(*, is_protected: bool = True, **environment: str) -> Iterator[Server]:
    """Run the product's own web process, with the bare view beside it and changes to its environment."""
    port = free_port()
    origin = f"http://localhost:{port}"
    web = (
        next(child for child in processes(port) if child.name == "web") if is_protected else unprotected(port)
    )
    log = Path(os.environ["STATIC_ROOT"]).parent / "bench-web.log"
    ours = {"ROOT_URLCONF": "bench.urls", "BASE_URL": origin, "PYTHONUNBUFFERED": "1"}
    web.start(env=os.environ | ours | environment, cwd=ROOT, output=log)
    try:
        _wait(web, f"http://{HOST}:{port}/pong", log)
        yield Server(origin, port, web.pid)
    finally:
        web.stop()


def site_map(server: Server) -> list[str]:
    """Paths of every public page. Raises CannotMeasureError when the site map names none."""
    with urllib.request.urlopen(f"{server.origin}/sitemap.xml", timeout=30) as response:  # noqa: S310
        pages = LOCATION.findall(response.read().decode())
    if not pages:
        raise CannotMeasureError("The site map is empty.")
    return pages


def _wait(web: Child, address: str, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and web.ended() is None:
        if ask(address)[0]:
            return
        time.sleep(0.1)
    raise CannotMeasureError(f"The web process does not answer; the reason is in {log}.")
