"""Hashing of passwords, few at a time: each takes a processor for some 60 ms and some 100 MB of memory.

Whoever posts passwords without end then waits for himself and not everyone for him. Sign-in hashes for unknown addresses too,
so that nobody learns who has an account; those take their turn like the others.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import Argon2PasswordHasher, ScryptPasswordHasher

from common.lanes import BusyError

AT_ONCE = 2  # in a process
PATIENCE = 1.0  # seconds that somebody waits for a turn, and keeps a thread by it

_turns = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def turn() -> Iterator[None]:
    """Hold one of the places. Raises BusyError when none became free in time."""
    if not _turns.acquire(timeout=PATIENCE):
        raise BusyError("passwords")
    try:
        yield
    finally:
        _turns.release()


class Argon2(Argon2PasswordHasher):
    """Django's, in turn."""

    def encode(self, password: str, salt: str) -> str:
        """Hash."""
        with turn():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        """Compare."""
        with turn():
            return super().verify(password, encoded)


class Scrypt(ScryptPasswordHasher):
    """Django's, in turn; it compares by hashing."""

    def encode(
        self, password: str, salt: str, n: int | None = None, r: int | None = None, p: int | None = None
    ) -> str:
        """Hash."""
        with turn():
            return super().encode(password, salt, n, r, p)
