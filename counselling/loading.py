"""The reasons that the product ships: read from one file, every fault named, written whole or not at all."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import override

from common import content_version
from common.identity import stable_uuid
from counselling.models import Mode, Reason
from services.loading.loader import DryRun, Outcome, refuse
from services.loading.problems import Problems
from services.loading.record import Record, shown
from services.loading.registry import Files, Kind, Row
from services.loading.writing import KindWriter
from services.models import Category

SHIPPED = Path(__file__).resolve().parent / "data" / "reasons.json"
# Of `is_bookable` the file says nothing: a reason that was closed in the admin stays closed.
FIELDS = frozenset(
    {
        "key", "name", "summary", "bring", "categories", "duration", "buffer_before", "buffer_after", "notice_hours",
        "horizon_days", "modes", "places", "same_counsellor", "most_open", "reminder_hours", "position", "is_sensitive",
    }
)  # fmt: skip
NUMBERS = {  # lowest and highest, as the table's constraints have them
    "duration": (5, 480),
    "buffer_before": (0, 240),
    "buffer_after": (0, 240),
    "notice_hours": (0, 2160),
    "horizon_days": (1, 365),
    "places": (1, 200),
    "most_open": (1, 50),
    "position": (0, 32_767),
}
LONGEST_REMINDER = 2160  # hours
Link: Any = Reason.categories.through


def read_reasons(files: Files) -> list[Row]:
    """Reasons with their links to topics."""
    rows = []
    for record in files.records("reasons", files.content.get("reasons")):
        for name in sorted(record.raw.keys() - FIELDS):
            record.wrong(name, "is no field of a reason")
        row = Row(Reason, stable_uuid("reason", record.key), record.key, _values(record))
        row.children = [
            Row(Link, f"{record.key}/{key}", key, {"category_id": files.keys["categories"][key]})
            for key in record.codes("categories", files.keys["categories"])
        ]
        rows.append(row)
    return rows


def _values(record: Record) -> dict[str, Any]:
    numbers = {name: _number(record, name) for name in NUMBERS}
    notice, horizon = numbers["notice_hours"], numbers["horizon_days"]
    if notice is not None and horizon is not None and notice >= horizon * 24:
        record.wrong("notice_hours", "reaches beyond horizon_days: nothing could be booked")
    for name in ("same_counsellor", "is_sensitive"):
        if not isinstance(record.raw.get(name), bool):
            record.wrong(name, f"is neither true nor false: {shown(record.raw.get(name))}")
    lines = record.translated_lines("bring")
    return {
        "key": record.key,
        **record.translated("name", longest=120),
        **record.translated("summary", longest=240),
        **{column: "\n".join(texts) for column, texts in lines.items()},
        **numbers,
        "modes": record.codes("modes", Mode.values, required=True),
        "same_counsellor": record.raw.get("same_counsellor"),
        "is_sensitive": record.raw.get("is_sensitive"),
        "reminder_hours": _reminders(record),
    }


def _number(record: Record, name: str) -> int | None:
    lowest, highest = NUMBERS[name]
    value = record.whole(name, highest=highest)
    if value is not None and value < lowest:
        record.wrong(name, f"is below {lowest}: {value}")
    return value


def _reminders(record: Record) -> list[int]:
    """Hours before, from the longest to the shortest, each once."""
    given = record.raw.get("reminder_hours")
    hours = given if isinstance(given, list) else [given]  # one that is no list is a fault below
    known = all(type(hour) is int and 1 <= hour <= LONGEST_REMINDER for hour in hours)
    if not known or given is not hours:
        record.wrong("reminder_hours", f"is not a list of hours from 1 to {LONGEST_REMINDER}: {shown(given)}")
        return []
    if hours != sorted(set(hours), reverse=True):
        record.wrong("reminder_hours", f"does not go down: {shown(hours)}")
    return list(map(int, hours))


REASONS = Kind("reasons", read_reasons, ((Link, "reason_id"),))


class ReasonWriter(KindWriter):
    """Writes reasons; a link to a topic has no key of its own, so it is known by the two that it ties."""

    def _present_children(self, pks: list[Any]) -> dict[Any, list[models.Model]]:
        found: dict[Any, list[models.Model]] = defaultdict(list)
        for link in Link.objects.filter(reason__in=pks).select_related("reason", "category"):
            link.pk = f"{link.reason.key}/{link.category.key}"
            found[link.reason_id].append(link)
        return found

    def _replace_children(self, rows: list[Row], children: dict[Any, list[models.Model]]) -> None:
        Link.objects.filter(reason__in=[row.pk for row in rows if children.get(row.pk)]).delete()
        Link.objects.bulk_create(
            [Link(reason_id=row.pk, **child.values) for row in rows for child in row.children]
        )


def parse(path: Path, problems: Problems) -> Any:
    """The content of the file; one that cannot be read is a problem of its own."""
    try:
        return json.loads(path.read_bytes().decode("utf-8"), parse_constant=refuse)
    except OSError as error:
        problems.add(path.name, "", "", f"cannot be read: {error.strerror}")
    except UnicodeDecodeError as error:
        problems.add(path.name, "", "", f"is not UTF-8 (byte {error.start})")
    except (ValueError, RecursionError) as error:
        problems.add(path.name, "", "", f"broken JSON: {error}")
    return None


def load(path: Path = SHIPPED, *, dry_run: bool = False, overwrite: bool = False) -> Outcome:
    """Load the file. Nothing is written when a record is wrong; what was edited in the admin is kept and named."""
    problems = Problems()
    content = parse(path, problems)
    if problems:
        return Outcome(problems=problems.found)
    files = Files({"reasons": content}, problems)
    files.keys["categories"] = dict(Category.objects.values_list("key", "pk"))
    rows = read_reasons(files)
    if problems:
        return Outcome(problems=sorted(set(problems.found)))
    outcome = Outcome()
    try:
        # The original column of a translated field is the Romanian one.
        with transaction.atomic(), override("ro"):
            with connection.cursor() as cursor:  # two loads at once: the second finds what the first wrote
                cursor.execute("LOCK TABLE counselling_reason IN SHARE ROW EXCLUSIVE MODE")
            there = dict(Reason.objects.values_list("key", "pk"))  # also one that was written by hand
            for row in rows:
                row.pk = there.get(row.key, row.pk)
            outcome.reports = [ReasonWriter(REASONS, rows, overwrite=overwrite).write()]
            if outcome.reports[0].changed:
                content_version.bump()
            if dry_run:
                raise DryRun
    except DryRun:
        pass
    return outcome
