"""What accounts would tell people, caught before the outbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from accounts import telling


@dataclass
class Told:
    """Messages in the order in which they were told."""

    messages: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, **message: Any) -> None:
        self.messages.append(message)

    @property
    def kinds(self) -> list[str]:
        """Their kinds."""
        return [message["kind"] for message in self.messages]

    @property
    def last(self) -> dict[str, Any]:
        """The newest."""
        return self.messages[-1]

    @property
    def code(self) -> str:
        """The code in the newest."""
        return str(self.last["context"]["code"])


@pytest.fixture
def told() -> Iterator[Told]:
    """The outbox of this test."""
    before, caught = list(telling._tellers), Told()
    telling.register(caught)
    yield caught
    telling._tellers[:] = before
