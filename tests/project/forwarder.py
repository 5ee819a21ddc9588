"""A door between the product and one of its servers, which a test can shut or freeze."""

from __future__ import annotations

import contextlib
import socket
import threading
from pathlib import Path
from typing import Any

Address = Any  # (host, port) of TCP, or the path of a Unix socket


def _family(address: Address) -> socket.AddressFamily:
    return socket.AF_UNIX if isinstance(address, str) else socket.AF_INET


class Forwarder:
    """Accepts connections at one address and carries them to another, until it is shut."""

    def __init__(self, here: Address, there: Address) -> None:
        self.here, self.there = here, there
        self.flowing = threading.Event()
        self.flowing.set()
        self.open()

    def open(self) -> None:
        """Let connections through."""
        self.links: list[socket.socket] = []
        self.door = socket.socket(_family(self.here), socket.SOCK_STREAM)
        self.door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.door.bind(self.here)
        self.door.listen(64)
        if not isinstance(self.here, str):
            self.here = self.door.getsockname()
        threading.Thread(target=self._accept, args=(self.door,), daemon=True).start()

    def shut(self) -> None:
        """Refuse new connections and break those that are open."""
        for link in [self.door, *self.links]:
            with contextlib.suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
            link.close()
        if isinstance(self.here, str):
            Path(self.here).unlink(missing_ok=True)

    def freeze(self) -> None:
        """Carry nothing, neither way: what a server looks like whose machine hangs. Connections can still be made."""
        self.flowing.clear()

    def thaw(self) -> None:
        """Carry on, with what was sent meanwhile."""
        self.flowing.set()

    def _accept(self, door: socket.socket) -> None:
        while True:
            try:
                near, _address = door.accept()
                far = socket.socket(_family(self.there), socket.SOCK_STREAM)
                far.connect(self.there)
            except OSError:
                return
            self.links += [near, far]
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=_carry, args=(source, target, self.flowing), daemon=True).start()


def _carry(source: socket.socket, target: socket.socket, flowing: threading.Event) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(65_536):
            flowing.wait()
            target.sendall(chunk)
    for link in (source, target):
        with contextlib.suppress(OSError):
            link.shutdown(socket.SHUT_RDWR)
