"""The reasons that the product ships, and their loader."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common import content_version
from counselling.loading import SHIPPED, load
from counselling.models import Mode, Reason
from services.models import Category

CATEGORIES = Path(settings.BASE_DIR) / "data" / "categories.json"
SHIPPED_REASONS = json.loads(SHIPPED.read_text(encoding="utf-8"))


@pytest.fixture
def topics(db: None) -> None:
    """The topics to which the shipped reasons are linked."""
    for row in json.loads(CATEGORIES.read_text(encoding="utf-8")):
        Category.objects.create(key=row["key"], name_ro=row["key"], name_ru=row["key"], name_en=row["key"])


def written(folder: Path, content: Any) -> Path:
    """A file with that content."""
    path = folder / "reasons.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def changed(folder: Path, **fields: Any) -> Path:
    """The shipped reasons with the first one changed; a field that is None goes."""
    first = {name: value for name, value in (SHIPPED_REASONS[0] | fields).items() if value is not None}
    return written(folder, [first, *SHIPPED_REASONS[1:]])


def report_of(path: Path = SHIPPED, **options: Any) -> Any:
    """What a load that must succeed did."""
    outcome = load(path, **options)
    assert not outcome.problems
    return outcome.reports[0]


def texts() -> list[tuple[str, str, str]]:
    """Key, language and text of everything that a reader reads."""
    found = []
    for reason in SHIPPED_REASONS:
        for name in ("name", "summary", "bring"):
            for language, value in reason[name].items():
                found += [
                    (reason["key"], language, text)
                    for text in (value if isinstance(value, list) else [value])
                ]
    return found


@pytest.mark.parametrize(("key", "language", "text"), texts())
def test_texts_are_written_as_their_language_is(key: str, language: str, text: str) -> None:
    assert text == text.strip()
    assert not re.search(r"  |\.\.|[şţŞŢ\"']", text)
    if language == "ru":
        assert not re.search(r"[\u0400-\u04ff][a-z\u00c0-\u024f]|[a-z\u00c0-\u024f][\u0400-\u04ff]", text)
        assert not re.search(r"\b(ее|еще|все еще|ребенок|ребенка|свое|оформленн)\b| - ", text)
    else:
        assert not re.search(r"[\u0400-\u04ff]", text)
    if language == "ro":
        assert not re.search(r"\b(si|in|dupa|fara|catre|daca|cand|aveti|puteti)\b", text)


def test_the_general_reason_comes_first_and_talks_in_danger_are_with_one_person() -> None:
    by_key = {reason["key"]: reason for reason in SHIPPED_REASONS}
    first = min(SHIPPED_REASONS, key=lambda reason: reason["position"])
    assert (first["key"], first["duration"], first["buffer_after"]) == ("general-advice", 30, 15)
    danger = by_key["danger"]
    assert (danger["same_counsellor"], danger["notice_hours"], danger["reminder_hours"]) == (True, 0, [])
    assert Mode.VIDEO not in danger["modes"]
    groups = [(reason["places"], reason["modes"]) for reason in SHIPPED_REASONS if reason["places"] > 1]
    assert groups == [(10, ["in_person"]), (12, ["video"])]
    assert len({reason["position"] for reason in SHIPPED_REASONS}) == len(SHIPPED_REASONS) == 14


def test_shipped_reasons_load_and_load_again_without_a_write(topics: None) -> None:
    assert report_of().created == len(SHIPPED_REASONS)
    version = content_version.publish()
    with CaptureQueriesContext(connection) as captured:
        again = report_of()
    assert (again.created, again.updated, again.unchanged, again.kept) == (0, 0, len(SHIPPED_REASONS), [])
    assert not [q["sql"] for q in captured if q["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]
    assert content_version.publish() == version
    pensions = Reason.objects.get(key="pensions")
    assert (pensions.name_ro, pensions.name) == ("Pensii și stagiu de muncă", pensions.name_ro)
    assert len(pensions.things_to_bring) == 4
    assert list(pensions.categories.values_list("key", flat=True)) == ["ss_pensions"]
    assert Reason.objects.bookable().count() == len(SHIPPED_REASONS)


def test_a_change_of_the_file_is_written_alone_and_visitors_see_it(topics: None, tmp_path: Path) -> None:
    report_of()
    version = content_version.publish()
    report = report_of(changed(tmp_path, duration=40, categories=["fi_tax", "ss_pensions"]))
    assert (report.updated, report.unchanged) == (1, len(SHIPPED_REASONS) - 1)
    reason = Reason.objects.get(key="general-advice")
    assert reason.duration == 40
    assert set(reason.categories.values_list("key", flat=True)) == {"fi_tax", "ss_pensions"}
    assert content_version.publish() == version + 1


def edit_text(reason: Reason) -> None:
    """A better sentence."""
    reason.summary_ru = "Исправлено."
    reason.save()


def edit_topics(reason: Reason) -> None:
    """Another topic."""
    reason.categories.add(Category.objects.get(key="fi_tax"))


@pytest.mark.parametrize("edit", [edit_text, edit_topics])
def test_what_a_person_edited_is_kept_and_named_unless_told_otherwise(
    topics: None, tmp_path: Path, edit: Any
) -> None:
    report_of()
    edit(Reason.objects.get(key="general-advice"))
    path = changed(tmp_path, duration=40)
    out = StringIO()
    call_command("load_reasons", path, stdout=out)
    assert "kept, edited here since the last import: general-advice" in out.getvalue()
    assert Reason.objects.get(key="general-advice").duration == 30
    assert report_of(path, overwrite=True).updated == 1
    reason = Reason.objects.get(key="general-advice")
    assert (reason.duration, reason.summary_ru) == (40, SHIPPED_REASONS[0]["summary"]["ru"])
    assert list(reason.categories.values_list("key", flat=True)) == ["rt_planning"]


def test_a_reason_that_was_closed_here_stays_closed(topics: None, tmp_path: Path) -> None:
    report_of()
    Reason.objects.filter(key="general-advice").update(is_bookable=False)
    assert report_of(changed(tmp_path, duration=40)).updated == 1
    assert not Reason.objects.get(key="general-advice").is_bookable


def test_a_reason_written_by_hand_under_the_same_key_is_kept_unless_told_otherwise(topics: None) -> None:
    by_hand = Reason.objects.create(key="pensions", name_ro="Pensii")
    report = report_of()
    assert (report.updated, report.kept) == (0, ["pensions"])
    by_hand.refresh_from_db()
    assert by_hand.name_ro == "Pensii"
    call_command("load_reasons", "--overwrite", stdout=StringIO())
    taken_over = Reason.objects.get(key="pensions")
    assert taken_over.pk == by_hand.pk
    assert taken_over.name_ro != "Pensii"


def test_a_reason_gone_from_the_file_is_named_and_left(topics: None, tmp_path: Path) -> None:
    report_of()
    out = StringIO()
    call_command("load_reasons", written(tmp_path, SHIPPED_REASONS[1:]), stdout=out)
    assert "no longer in the files, left as they are: general-advice" in out.getvalue()
    assert Reason.objects.filter(key="general-advice").exists()


def test_a_dry_run_writes_nothing(topics: None) -> None:
    out = StringIO()
    call_command("load_reasons", "--dry-run", stdout=out)
    assert "14 created" in out.getvalue()
    assert not Reason.objects.exists()


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"key": "Cu Spații"}, "key: is not made of"),
        ({"key": "pensions"}, "key: duplicate key"),
        ({"name": {"ro": "Nume", "ru": "Имя"}}, "name: missing translation: en"),
        ({"name": {"ro": "N" * 121, "ru": "Имя", "en": "Name"}}, "name.ro: is longer than 120"),
        ({"summary": {"ro": "Ţară", "ru": "Да", "en": "Yes"}}, "summary.ro: has a cedilla letter"),
        ({"bring": {"ro": ["Act"], "ru": [], "en": ["Paper"]}}, "bring: lists of unequal length"),
        ({"categories": ["nothing"]}, "categories: unknown: 'nothing'"),
        ({"categories": "ss_pensions"}, "categories: is not a list"),
        ({"duration": 4}, "duration: is below 5: 4"),
        ({"duration": 481}, "duration: is not a whole number from 0 to 480"),
        ({"duration": None}, "duration: is not a whole number"),
        ({"buffer_before": 241}, "buffer_before: is not"),
        ({"buffer_after": -1}, "buffer_after: is not"),
        ({"horizon_days": 0}, "horizon_days: is below 1"),
        ({"notice_hours": 48, "horizon_days": 2}, "notice_hours: reaches beyond horizon_days"),
        ({"modes": []}, "modes: is empty"),
        ({"modes": ["letter"]}, "modes: unknown: 'letter'"),
        ({"places": 0}, "places: is below 1"),
        ({"most_open": 0}, "most_open: is below 1"),
        ({"same_counsellor": "no"}, "same_counsellor: is neither true nor false"),
        ({"reminder_hours": [3, 48]}, "reminder_hours: does not go down"),
        ({"reminder_hours": [True]}, "reminder_hours: is not a list of hours"),
        ({"reminder_hours": [0]}, "reminder_hours: is not a list of hours"),
        ({"reminder_hours": None}, "reminder_hours: is not a list of hours"),
        ({"position": 40_000}, "position: is not"),
        ({"durations": 30}, "durations: is no field of a reason"),
    ],
)
def test_each_fault_is_named_and_nothing_is_written(
    topics: None, tmp_path: Path, fields: dict[str, Any], fault: str
) -> None:
    outcome = load(changed(tmp_path, **fields))
    assert any(fault in str(problem) for problem in outcome.problems), outcome.problems
    assert not outcome.reports
    assert not Reason.objects.exists()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"[", "broken JSON"),
        (b"[NaN]", "NaN is not a value"),
        (b"\xff", "is not UTF-8 (byte 0)"),
        (b"{}", "is not a list"),
        (b"[" * 100_000, "broken JSON"),
        (b"[7]", "is not an object"),
    ],
)
def test_a_broken_file_is_named(topics: None, tmp_path: Path, content: bytes, fault: str) -> None:
    path = tmp_path / "reasons.json"
    path.write_bytes(content)
    err = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("load_reasons", path, stderr=err)
    assert stop.value.code == 1
    assert fault in err.getvalue()
    assert "nothing was written" in err.getvalue()


def test_a_missing_file_is_named(topics: None, tmp_path: Path) -> None:
    assert "cannot be read" in str(load(tmp_path / "nowhere.json").problems[0])
