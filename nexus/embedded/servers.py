"""The two addresses that the application needs, from the environment or from servers started for it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

from nexus.embedded.home import Home
from nexus.embedded.postgres import Postgres
from nexus.embedded.valkey import Valkey


class Servers:
    """A context: inside it `env` holds DATABASE_URL and REDIS_URL, after it nothing that we started runs.

    An address in the environment wins; only what is missing is started, and the state directory is ours alone
    then (`exclusive`: in any case). With `two_roles` a PostgreSQL of ours is entered as a role that owns nothing, and
    `owner_env` is what `manage.py migrate` needs besides.
    """

    def __init__(
        self, state: Path, *, throwaway: bool = False, exclusive: bool = False, two_roles: bool = False
    ) -> None:
        self.home = Home(state)
        self.throwaway = throwaway
        self.exclusive = exclusive
        self.env = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
        self.two_roles = two_roles
        self.owner_env: dict[str, str] = {}
        self._started: list[Postgres | Valkey] = []

    def __enter__(self) -> Self:
        if self.exclusive or not all(self.env.values()):
            self.home.claim()
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start what the environment does not give; the lock must be held. Raises CannotStartError."""
        if not all(self.env.values()):
            self.home.furnish()
        if not self.env["DATABASE_URL"]:
            postgres = Postgres(self.home, throwaway=self.throwaway)
            self._started.append(postgres)
            postgres.start()
            self.env["DATABASE_URL"] = postgres.running_url if self.two_roles else postgres.url
            self.owner_env = {"OWNER_DATABASE_URL": postgres.url} if self.two_roles else {}
        if not self.env["REDIS_URL"]:
            valkey = Valkey(self.home)
            self._started.append(valkey)
            valkey.start()
            self.env["REDIS_URL"] = valkey.url

    def failed(self) -> str:
        """The name of a server that ended by itself, or an empty string."""
        for server in self._started:
            if server.child_ended:
                return type(server).__name__
        return ""

    def stop(self) -> None:
        """Stop what was started, the database last, and let the next start have the directory."""
        while self._started:
            self._started.pop().stop()
        self.home.release()
