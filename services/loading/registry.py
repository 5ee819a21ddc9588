"""What the loader loads: each kind of record with its file and its reader, in the order of reference."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from services.loading.problems import Problems
from services.loading.record import Record
from services.models.fields import KEY_PATTERN


@dataclass(slots=True)
class Row:
    """A record ready to be written: column values, and the rows that belong to it."""

    model: type[models.Model]
    pk: uuid.UUID | str
    key: str
    values: dict[str, Any]
    children: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Files:
    """The content of the folder and what its records are called, for references between them."""

    content: dict[str, Any]  # file name without its ending -> parsed JSON
    problems: Problems
    keys: dict[str, dict[str, Any]] = field(default_factory=dict)  # kind -> key -> raw record

    def records(self, kind: str, raw: Any) -> list[Record]:
        """The records of a kind; a list is expected, and keys once each."""
        file = f"{kind}.json"
        if not isinstance(raw, list):
            self.problems.add(file, "", "", "is not a list")
            raw = []
        known = self.keys.setdefault(kind, {})
        records = []
        for number, entry in enumerate(raw):
            record = Record(entry, file=file, number=number, problems=self.problems)
            if record.key in known:
                record.wrong("key", "duplicate key")
            elif record.key.startswith("#"):
                record.wrong("key", "is missing")
            elif len(record.key) > 80 or not re.fullmatch(KEY_PATTERN, record.key):
                record.wrong("key", "is not made of a-z, 0-9, - and _")
            record.check_letters()
            known[record.key] = record.raw
            records.append(record)
        return records


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record."""

    name: str
    read: Callable[[Files], list[Row]]
    child_models: tuple[tuple[type[models.Model], str], ...] = ()  # model, path to the record's primary key
    file: str = ""  # where it stands, without the ending; empty: called like the kind
    is_made_by_itself: Callable[[Any], bool] = lambda item: (
        False
    )  # rows that neither people nor an import wrote

    @property
    def source(self) -> str:
        """Name of its file without the ending."""
        return self.file or self.name


KINDS: list[Kind] = []


def register(kind: Kind) -> None:
    """Add a kind; those registered later may refer to the earlier ones."""
    if kind.name not in {known.name for known in KINDS}:
        KINDS.append(kind)
