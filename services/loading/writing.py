"""Bringing the database to what the files say, with as few statements as the change needs."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone

from services.loading.registry import Kind, Row
from services.models import ImportedRecord, PublicationStatus

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


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _belongings(items: Iterable[tuple[Any, dict[str, Any]]], model: type[models.Model]) -> str:
    """Fingerprint of the rows of one model that belong to a record: (primary key, values by column) each."""
    return _digest(
        sorted([str(pk), {c: _plain(model, c, v) for c, v in values.items()}] for pk, values in items)
    )


def wanted_parts(row: Row, kind: Kind) -> dict[str, str]:
    """Fingerprints of a record as the files have it: one a column, and one for each model that belongs to it.

    By parts, because the next release may bring a column: what is compared then is what was known before.
    """
    parts = {column: _digest(_plain(row.model, column, value)) for column, value in row.values.items()}
    for model, _path in kind.child_models:
        mine = [child for child in row.children if child.model is model]
        columns = sorted(mine[0].values) if mine else []
        parts[f"{model.__name__}({','.join(columns)})"] = _belongings([(c.pk, c.values) for c in mine], model)
    return parts


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
        imported = dict(ImportedRecord.objects.filter(kind=self.kind.name).values_list("key", "parts"))
        by_hand = edited_by_hand(model, pks)
        new, changed, records = [], [], []
        for row in self.rows:
            wanted, known = wanted_parts(row, self.kind), imported.get(row.key)
            item: Any = present.get(row.pk)
            mine = children.get(row.pk, [])
            if item is None:
                new.append(row)
            elif current_parts(item, mine, wanted) == wanted:
                self.report.unchanged += 1
            elif not self.overwrite and self._is_edited(item, mine, known, row, by_hand):
                self.report.kept.append(row.key)
                continue
            else:
                changed.append(row)
            if known != wanted:
                records.append(ImportedRecord(kind=self.kind.name, key=row.key, parts=wanted))
        self._create(new)
        self._update(changed, present)
        self._replace_children(new + changed, children)
        ImportedRecord.objects.bulk_create(
            records, BATCH, update_conflicts=True, unique_fields=["kind", "key"], update_fields=["parts"]
        )
        self.report.created, self.report.updated = len(new), len(changed)
        self.report.absent = sorted(set(imported) - {row.key for row in self.rows})
        return self.report

    def _is_edited(
        self,
        item: models.Model,
        mine: list[models.Model],
        known: dict[str, str] | None,
        row: Row,
        by_hand: set[str],
    ) -> bool:
        if known is None and self.kind.is_made_by_itself(item):
            return False
        return is_edited(item, mine, known, by_hand) or (known == {} and is_shown_otherwise(item, row))

    def _present_children(self, pks: list[Any]) -> dict[Any, list[models.Model]]:
        found: dict[Any, list[models.Model]] = defaultdict(list)
        for model, path in self.kind.child_models:
            query = model._default_manager.filter(**{f"{path.removesuffix('_id')}__in": pks})
            for child in query.annotate(record_pk=models.F(path)):
                found[child.record_pk].append(child)
        return found

    def _create(self, rows: list[Row]) -> None:
        if rows:
            model = rows[0].model
            model._default_manager.bulk_create([model(pk=row.pk, **row.values) for row in rows], BATCH)

    def _update(self, rows: list[Row], present: dict[Any, models.Model]) -> None:
        groups: dict[tuple[str, ...], list[models.Model]] = defaultdict(list)
        now = timezone.now()
        for row in rows:
            item = present[row.pk]
            for name in touched(type(item)):
                setattr(item, name, now)  # `bulk_update` writes what is there; only `save` would set it
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


def current_parts(item: models.Model, belongings: list[models.Model], parts: Iterable[str]) -> dict[str, str]:
    """The same fingerprints of what the database holds; a part that no model has any more is left out."""
    found = {}
    for part in parts:
        name, _bracket, columns = part.partition("(")
        if not columns:
            if any(field.attname == part for field in item._meta.concrete_fields):
                found[part] = _digest(_plain(type(item), part, getattr(item, part)))
            continue
        mine = [child for child in belongings if type(child).__name__ == name]
        wanted = [column for column in columns.removesuffix(")").split(",") if column]
        if mine and not wanted:
            found[part] = "something was added"
        elif all(hasattr(child, column) for child in mine for column in wanted):
            values = [(child.pk, {column: getattr(child, column) for column in wanted}) for child in mine]
            found[part] = _belongings(values, type(mine[0])) if mine else _digest([])
    return found


def is_edited(
    item: models.Model, belongings: list[models.Model], known: dict[str, str] | None, by_hand: set[str]
) -> bool:
    """Whether people have written or changed a record since the last import, which `known` tells of."""
    if known is None:
        return True  # no import brought it
    if not known:
        return str(item.pk) in by_hand
    return current_parts(item, belongings, known) != known


def is_shown_otherwise(item: models.Model, row: Row) -> bool:
    """Whether visitors see a record here that the files hide, or the other way round: where an import of an older release
    left no fingerprints, for that release's lists wrote no history. What the files archive, they archive here too.
    """
    wanted = row.values.get("status", PublicationStatus.ARCHIVED)
    return wanted not in (PublicationStatus.ARCHIVED, getattr(item, "status", wanted))


def edited_by_hand(model: type[models.Model], pks: list[Any]) -> set[str]:
    """Primary keys that the administration's history names: what tells edited records from imported ones where
    an import of an older release left no fingerprints by part.
    """
    named = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model), object_id__in=map(str, pks)
    )
    return {str(pk) for pk in named.values_list("object_id", flat=True)}


def with_originals(model: type[models.Model], columns: tuple[str, ...]) -> list[str]:
    """The columns as field names, with the original of each translated one, which holds the Romanian text."""
    names = [model._meta.get_field(column).name for column in columns]
    originals = [
        name.removesuffix("_ro")
        for name in names
        if name.endswith("_ro") and any(f.name == name.removesuffix("_ro") for f in model._meta.get_fields())
    ]
    return [*names, *originals, *touched(model)]


def touched(model: type[models.Model]) -> list[str]:
    """The columns that say when a record last changed."""
    return [field.name for field in model._meta.concrete_fields if getattr(field, "auto_now", False)]
