"""Counts what passes between a browser and the server: bytes on the wire, requests, cookies."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from nexus.supervisor import HOST

REQUEST = re.compile(rb"^(?:GET|POST|HEAD|OPTIONS) (\S+) HTTP/1\.1\r\n", re.MULTILINE)
COOKIE = re.compile(rb"^set-cookie:", re.MULTILINE | re.IGNORECASE)
CHUNK = 65536


@dataclass(slots=True)
class Counts:
    """What passed since the start; `bytes` are those of answers, headers included."""

    bytes: int = 0
    cookies: int = 0
    paths: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sent(self, chunk: bytes) -> None:
        """Note what the browser asks; it sends each request at once and none ahead of an answer."""
        with self.lock:
            self.paths += [path.decode() for path in REQUEST.findall(chunk)]

    def received(self, chunk: bytes) -> None:
        """Note what the server answers."""
        with self.lock:
            self.bytes += len(chunk)
            self.cookies += len(COOKIE.findall(chunk))


@contextlib.contextmanager
def counting_proxy(port: int) -> Iterator[tuple[int, Counts]]:
    """Stand between a browser and the server on a port; the port to go to instead, and what passed."""
    counts = Counts()
    listener = socket.create_server((HOST, 0))
    threading.Thread(target=_accept, args=(listener, port, counts), daemon=True).start()
    try:
        yield listener.getsockname()[1], counts
    finally:
        listener.close()


def _accept(listener: socket.socket, port: int, counts: Counts) -> None:
    while True:
        try:
            browser, _address = listener.accept()
        except OSError:  # closed: the measurement is over
            return
        server = socket.create_connection((HOST, port))
        threading.Thread(target=_pass, args=(browser, server, counts.sent), daemon=True).start()
        threading.Thread(target=_pass, args=(server, browser, counts.received), daemon=True).start()


def _pass(source: socket.socket, target: socket.socket, note: Callable[[bytes], None]) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(CHUNK):
            note(chunk)
            target.sendall(chunk)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
