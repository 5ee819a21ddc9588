"""A Valkey of our own: loopback only, password only, nothing on disk because nothing in it may be needed."""

from __future__ import annotations

import os
import socket

import redis

from nexus.embedded.binaries import Program, find_valkey
from nexus.embedded.children import Child, wait_until
from nexus.embedded.errors import CannotStartError
from nexus.embedded.home import Home

TRIES = 5  # a free port may be taken between looking and starting


class Valkey:
    """Start with `start()`, end with `stop()`; `url` is then what REDIS_URL wants."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.program: Program = find_valkey(home.account)
        self.child: Child | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """The address with its password; database 0."""
        return f"redis://:{self.home.secret('valkey')}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start on a free port. Raises CannotStartError."""
        for _ in range(TRIES):
            self.port = free_port()
            self._write_configuration()
            self.child = Child("valkey", [self.program.path, self._configuration], patience=5)
            log = self.home.log("valkey")
            self.child.start(env=os.environ, account=self.home.account, cwd=self.home.path, output=log)
            if wait_until(lambda: self._answers() or self.child_ended, 20) and not self.child_ended:
                return
            self.stop()
        raise CannotStartError(f"Valkey did not start; the reason is at the end of {log}.")

    @property
    def child_ended(self) -> bool:
        """Whether the server has gone by itself."""
        return self.child is None or self.child.ended() is not None

    def stop(self) -> None:
        """End the server."""
        if self.child:
            self.child.stop()

    @property
    def _configuration(self) -> str:
        return str(self.home.path / "valkey.conf")

    def _write_configuration(self) -> None:
        """A private file, because every user of the machine can read command lines."""
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.home.secret('valkey')}",
            'save ""',
            "appendonly no",
            "maxmemory 256mb",
            "maxmemory-policy volatile-lru",  # only what expires may go: cached pages, not queued tasks
        ]
        path = self.home.path / "valkey.conf"
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write("\n".join(lines) + "\n")
        self.home.account.give(path)

    def _answers(self) -> bool:
        client = redis.Redis.from_url(self.url, socket_timeout=2, socket_connect_timeout=2)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()


def free_port() -> int:
    """A TCP port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
