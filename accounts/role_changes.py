"""Who must know that somebody works elsewhere now, or nowhere: apps above register themselves here at start."""

from __future__ import annotations

from typing import Protocol

from accounts.models import User


class Listener(Protocol):
    """Follows the change in the caller's transaction."""

    def __call__(self, *, user: User, by: User | None) -> None:
        """`user` has lost a role or the account, has got it back, or is bound to other places; `by` did it."""


_listeners: list[Listener] = []


def register(listener: Listener) -> None:
    """Make a listener known; twice is once."""
    if listener not in _listeners:
        _listeners.append(listener)


def announce(*, user: User, by: User | None) -> None:
    """Let everyone who registered follow."""
    for listener in _listeners:
        listener(user=user, by=by)
