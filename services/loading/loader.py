"""The whole load: read the folder, refuse it with every fault named, or write it in one transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import override

from common import content_version
from services.loading import kinds, providers
from services.loading.problems import Problem, Problems
from services.loading.record import Record
from services.loading.registry import KINDS, Files, Row, register
from services.loading.writing import KindWriter, Report
from services.search import index

META = "catalogue"  # optional file: when the sources were read

for kind in (kinds.LOCALITIES, kinds.COUNTRIES, kinds.CATEGORIES, providers.PROVIDERS, providers.SERVICES):
    register(kind)
register(kinds.JOURNEYS)


class DryRun(Exception):  # noqa: N818  # not an error: it only undoes the transaction
    """Undoes a load that was only to be tried."""


@dataclass(slots=True)
class Outcome:
    """What a load did, or why it did nothing."""

    reports: list[Report] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def refuse(constant: str) -> None:
    """Python would read NaN and Infinity, which JSON does not have and PostgreSQL does not keep."""
    raise ValueError(f"{constant} is not a value")


def parse(folder: Path, problems: Problems) -> dict[str, Any]:
    """The JSON files of a folder; a file that cannot be read is a problem of its own."""
    content: dict[str, Any] = {}
    for name in dict.fromkeys([*(kind.source for kind in KINDS), META]):
        path = folder / f"{name}.json"
        if not path.is_file():
            if name != META:
                problems.add(path.name, "", "", "is missing")
            continue
        try:
            content[name] = json.loads(path.read_bytes().decode("utf-8"), parse_constant=refuse)
        except UnicodeDecodeError as error:
            problems.add(path.name, "", "", f"is not UTF-8 (byte {error.start})")
        except json.JSONDecodeError as error:
            problems.add(
                path.name, "", "", f"broken JSON: {error.msg}, line {error.lineno}, column {error.colno}"
            )
        except ValueError as error:  # NaN, Infinity, or a number of thousands of digits
            problems.add(path.name, "", "", f"broken JSON: {error}")
        except RecursionError:
            problems.add(path.name, "", "", "is nested too deeply")
    return content


def load(folder: Path, *, dry_run: bool = False, overwrite: bool = False) -> Outcome:
    """Load a folder. Nothing is written when a record is wrong, or when the run is dry."""
    problems = Problems()
    files = Files(parse(folder, problems), problems)
    if META in files.content:
        meta = Record(files.content[META], file=f"{META}.json", number=0, problems=problems, key="catalogue")
        files.content["read_on"] = meta.date("prepared_on")
    readable = [kind for kind in KINDS if kind.source in files.content]
    rows: list[tuple[Any, list[Row]]] = []
    if len(readable) == len(KINDS):  # with a file away, every reference to it would be one more false fault
        rows = [(kind, kind.read(files)) for kind in KINDS]
    if problems:
        return Outcome(problems=sorted(set(problems.found)))
    outcome = Outcome()
    try:
        with (
            transaction.atomic(),
            override("ro"),
        ):  # the original column of a translated field is the Romanian one
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = 0")
            outcome.reports = [KindWriter(kind, found, overwrite=overwrite).write() for kind, found in rows]
            if any(report.changed for report in outcome.reports):
                index.load_synonyms()
                index.refresh()
                content_version.bump()
            if dry_run:
                raise DryRun
    except DryRun:
        pass
    return outcome
