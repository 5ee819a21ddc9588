"""Faults of the files, collected so that one run names them all."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault: where it is and what it is."""

    file: str
    key: str
    field: str
    text: str

    def __str__(self) -> str:
        place = ": ".join(part for part in (self.file, self.key, self.field) if part)
        return f"{place}: {self.text}"


@dataclass(slots=True)
class Problems:
    """All faults of one run."""

    found: list[Problem] = field(default_factory=list)

    def add(self, file: str, key: str, name: str, text: str) -> None:
        """Note one fault."""
        self.found.append(Problem(file, key, name, text))

    def __bool__(self) -> bool:
        return bool(self.found)
