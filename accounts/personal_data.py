"""Where personal data lies: each app names its models here in `AppConfig.ready()`, for export and erasure.

A test walks every model that points to a person and fails when one is not named. Columns are named too: a text that
people type about people must be emptied with the rest, and another test fails on a column that nobody has judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise

from accounts.models import User

Rows = Callable[[User], Iterable[Any]]  # of mappings from names to values
Erase = Callable[[User], object]


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One model that holds something about people.

    `rows` gives what the person receives, JSON types and dates; without it nothing of it is handed out and `no_export`
    says why. `erase` takes the person out of it, inside the caller's transaction; without it the rows stay and
    `kept_because` tells the person why.
    """

    model: type[models.Model]
    title: str | Promise
    rows: Rows | None = None
    erase: Erase | None = None
    kept_because: str | Promise = ""
    no_export: str = ""

    def __post_init__(self) -> None:
        if self.erase is None and not self.kept_because:
            raise ValueError(f"{self.model.__name__} is neither erased nor kept for a reason")
        if self.rows is None and not self.no_export:
            raise ValueError(f"{self.model.__name__} is neither handed out nor held back for a reason")


_parts: dict[type[models.Model], PersonalData] = {}


def register(*parts: PersonalData) -> None:
    """Name models; one may be named once. Raises ValueError when it was named before."""
    for part in parts:
        if part.model in _parts:
            raise ValueError(f"{part.model.__name__} is named twice")
        _parts[part.model] = part


@dataclass(frozen=True, slots=True)
class Columns:
    """What the texts of a model are: about a person, or words and codes of the product."""

    personal: frozenset[str]
    plain: frozenset[str]


_columns: dict[type[models.Model], Columns] = {}


def register_columns(
    model: type[models.Model], *, personal: Iterable[str] = (), plain: Iterable[str] = ()
) -> None:
    """Judge the text columns of a model. Raises ValueError for a model judged twice."""
    if model in _columns:
        raise ValueError(f"the columns of {model.__name__} are named twice")
    _columns[model] = Columns(frozenset(personal), frozenset(plain))


def columns() -> dict[type[models.Model], Columns]:
    """What was judged."""
    return dict(_columns)


def parts() -> list[PersonalData]:
    """Every model that was named, those of upper apps first: they point to those below."""
    return list(reversed(_parts.values()))
