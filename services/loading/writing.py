"""Bringing the database to what the files say, with as few statements as the change needs."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models

from services.loading.registry import Kind, Row
from services.models import ImportedRecord

BATCH = 500


@dataclass(slots=True)
class Report:
    """What one kind's load did."""

    kind: str
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: list[str] = field(default_factory=list)  # edited here since the last import
    absent: list[str] = field(default_factory=list)  # imported once, no longer in the files

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return bool(self.created or self.updated)


def _plain(model: type[models.Model], column: str, value: Any) -> Any:
    """A value as the column gives it back, so that file and database compare."""
    target: Any = model._meta.get_field(column)
    value = target.to_python(value) if value is not None else None
    if isinstance(value, Decimal):
        return str(value.quantize(Decimal(1).scaleb(-target.decimal_places)))
    # A translated column that is empty may be NULL: to a reader both are nothing.
    return "" if value is None and isinstance(target, models.CharField | models.TextField) else value


def _digest(parts: Any) -> str:
    return hashlib.sha256(
        json.dumps(parts, sort_keys=True, default=str, ensure_ascii=False).encode()
    ).hexdigest()


def wanted_digest(row: Row) -> str:
    """Fingerprint of a record as the files have it, with what belongs to it."""
    children = sorted(
        [child.model.__name__, str(child.pk), {c: _plain(child.model, c, v) for c, v in child.values.items()}]
        for child in row.children
    )
    return _digest([{c: _plain(row.model, c, v) for c, v in row.values.items()}, children])


class KindWriter:
    """Writes the rows of one kind."""

    def __init__(self, kind: Kind, rows: list[Row], *, overwrite: bool) -> None:
        self.kind, self.rows, self.overwrite = kind, rows, overwrite
        self.report = Report(kind.name)

    def write(self) -> Report:
        """Create, update, leave alone; returns what was done."""
        if not self.rows:
            return self.report
        model = self.rows[0].model
        pks = [row.pk for row in self.rows]
        present = model._default_manager.in_bulk(pks)
        children = self._present_children(pks)
        imported = dict(ImportedRecord.objects.filter(kind=self.kind.name).values_list("key", "digest"))
        new, changed, records = [], [], []
        for row in self.rows:
            wanted = wanted_digest(row)
            if row.pk not in present:
                new.append(row)
            elif (current := self._current_digest(row, present[row.pk], children)) == wanted:
                self.report.unchanged += 1
            elif current != imported.get(row.key, current) and not self.overwrite:
                self.report.kept.append(row.key)
                continue
            else:
                changed.append(row)
            if imported.get(row.key) != wanted:
                records.append(ImportedRecord(kind=self.kind.name, key=row.key, digest=wanted))
        self._create(new)
        self._update(changed, present)
        self._replace_children(new + changed, children)
        ImportedRecord.objects.bulk_create(
            records, BATCH, update_conflicts=True, unique_fields=["kind", "key"], update_fields=["digest"]
        )
        self.report.created, self.report.updated = len(new), len(changed)
        self.report.absent = sorted(set(imported) - {row.key for row in self.rows})
        return self.report

    def _present_children(self, pks: list[Any]) -> dict[Any, list[models.Model]]:
        found: dict[Any, list[models.Model]] = defaultdict(list)
        for model, path in self.kind.child_models:
            query = model._default_manager.filter(**{f"{path.removesuffix('_id')}__in": pks})
            for child in query.annotate(record_pk=models.F(path)):
                found[child.record_pk].append(child)
        return found

    def _current_digest(self, row: Row, item: models.Model, children: dict[Any, list[models.Model]]) -> str:
        columns = {child.model: list(child.values) for child in row.children}
        parts = sorted(
            [
                type(child).__name__,
                str(child.pk),
                {c: _plain(type(child), c, getattr(child, c)) for c in columns.get(type(child), ())},
            ]
            for child in children.get(row.pk, [])
        )
        return _digest([{c: _plain(row.model, c, getattr(item, c)) for c in row.values}, parts])

    def _create(self, rows: list[Row]) -> None:
        if rows:
            model = rows[0].model
            model._default_manager.bulk_create([model(pk=row.pk, **row.values) for row in rows], BATCH)

    def _update(self, rows: list[Row], present: dict[Any, models.Model]) -> None:
        groups: dict[tuple[str, ...], list[models.Model]] = defaultdict(list)
        for row in rows:
            item = present[row.pk]
            for column, value in row.values.items():
                setattr(item, column, value)
            groups[tuple(row.values)].append(item)
        for columns, items in groups.items():
            model = type(items[0])
            model._default_manager.bulk_update(items, with_originals(model, columns), BATCH)

    def _replace_children(self, rows: list[Row], children: dict[Any, list[models.Model]]) -> None:
        """Write the children of new and changed records; those that the files no longer have go."""
        wanted = {(child.model, child.pk): child for row in rows for child in row.children}
        held = {(type(child), child.pk): child for row in rows for child in children.get(row.pk, [])}
        for model, _path in self.kind.child_models:
            gone = [pk for kind, pk in held if kind is model and (kind, pk) not in wanted]
            model._default_manager.filter(pk__in=gone).delete()
            mine = [child for (kind, _pk), child in wanted.items() if kind is model]
            fresh = [child for child in mine if (model, child.pk) not in held]
            self._create(fresh)
            stale = [child for child in mine if (model, child.pk) in held]
            self._update(stale, {child.pk: held[model, child.pk] for child in stale})


def with_originals(model: type[models.Model], columns: tuple[str, ...]) -> list[str]:
    """The columns as field names, with the original of each translated one, which holds the Romanian text."""
    names = [model._meta.get_field(column).name for column in columns]
    originals = [
        name.removesuffix("_ro")
        for name in names
        if name.endswith("_ro") and any(f.name == name.removesuffix("_ro") for f in model._meta.get_fields())
    ]
    touched = [field.name for field in model._meta.concrete_fields if getattr(field, "auto_now", False)]
    return [*names, *originals, *touched]
