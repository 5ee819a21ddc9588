"""Where sealed data lies: each app names its columns here in `AppConfig.ready()`, so that a new key reaches all of it.

A test walks the code and fails when something is sealed for a purpose that no column names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from common import crypto

Change = Callable[[bytes], bytes]
Each = Callable[[Any, Change], Any]  # a column's value with each sealed part of it changed


def whole(value: Any, change: Change) -> bytes:
    """The value of a binary column is one sealed text."""
    return change(bytes(value))


def within(*names: str) -> Each:
    """A JSON object holds sealed texts, or lists of them, under these names."""

    def each(value: dict[str, Any], change: Change) -> dict[str, Any]:
        def changed(part: Any) -> Any:
            return [*map(changed, part)] if isinstance(part, list) else change(part.encode()).decode()

        return value | {name: changed(value[name]) for name in names if name in value}

    return each


@dataclass(slots=True)
class Count:
    """Rows of a column: under the newest key, under an older one, under none that we have."""

    newest: int = 0
    older: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """One column; `where` finds the rows that hold something sealed, `batch` of which are read at a time."""

    model: type[models.Model]
    column: str
    purpose: str
    each: Each = whole
    where: Q = field(default_factory=Q)
    batch: int = 200

    @property
    def name(self) -> str:
        """As it is printed."""
        return f"{self.model._meta.label}.{self.column}"

    def rows(self) -> models.QuerySet[Any]:
        """Those that hold something sealed, in the order of their keys."""
        return self.model._base_manager.filter(self.where, **{f"{self.column}__isnull": False}).order_by("pk")

    def count(self) -> Count:
        """How far it is, row by row: a sealed text tells its key to nobody who has not tried."""
        found = Count()
        for value in self.rows().values_list(self.column, flat=True).iterator(self.batch):
            state = self._state(value)
            setattr(found, state, getattr(found, state) + 1)
        return found

    def is_readable(self, value: Any) -> bool:
        """Whether every part can be opened."""
        return self._state(value) != "lost"

    def seal_anew(self) -> Iterator[int]:
        """Bring all rows under the newest key, one transaction a batch; how many of each batch were changed.

        What is under it already is left alone, so a run that was killed goes on where it was; what no key opens, and
        what somebody else is writing at the moment, is left for `count` to tell.
        """
        after: Any = None
        while True:
            with transaction.atomic():
                rows = self.rows() if after is None else self.rows().filter(pk__gt=after)
                found = list(
                    rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk", self.column)[
                        : self.batch
                    ]
                )
                changed = [pk for pk, value in found if self._seal_row_anew(pk, value)]
            if not found:
                return
            after = found[-1][0]
            yield len(changed)

    def _seal_row_anew(self, pk: Any, value: Any) -> bool:
        if self._state(value) != "older":
            return False
        sealed = self.each(value, lambda token: crypto.seal_anew(token, purpose=self.purpose))
        self.model._base_manager.filter(pk=pk).update(**{self.column: sealed})
        return True

    def _state(self, value: Any) -> str:
        parts: list[bytes] = []

        def note(token: bytes) -> bytes:
            parts.append(token)
            return token

        self.each(value, note)
        if all(crypto.is_under_newest(part, purpose=self.purpose) for part in parts):
            return "newest"
        return "older" if all(crypto.is_readable(part, purpose=self.purpose) for part in parts) else "lost"


@dataclass(frozen=True, slots=True)
class HashedColumn:
    """A column of keyed hashes; `sample` gives pairs of what some rows hold and what HASH_KEY makes of them now."""

    model: type[models.Model]
    column: str
    sample: Callable[[], list[tuple[str, str]]]


_columns: list[SealedColumn | HashedColumn] = []


def register(*columns: SealedColumn | HashedColumn) -> None:
    """Name columns; one may be named once. Raises ValueError when it was named before."""
    for one in columns:
        if any((one.model, one.column) == (other.model, other.column) for other in _columns):
            raise ValueError(f"{one.model._meta.label}.{one.column} is named twice")
        _columns.append(one)


def sealed_columns() -> list[SealedColumn]:
    """Every column that holds sealed data."""
    return [one for one in _columns if isinstance(one, SealedColumn)]


def hashed_columns() -> list[HashedColumn]:
    """Every column that holds keyed hashes of people."""
    return [one for one in _columns if isinstance(one, HashedColumn)]
