"""The loader: whole or nothing, idempotent, every fault named in one run."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from common import content_version
from common.identity import stable_uuid
from services.loading.loader import load
from services.models import CostOption, ImportedRecord, Phone, Provider, Service
from services.search import search
from services.search.types import SearchRequest
from shopfronts.models import Closure, OpeningHours, ShopFront

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parents[2] / "data"
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


KEPT = ("passport-md", "ofii-reintegration", "self-help-group", "dar-1-3", "safe-migration-hotline")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small copy of the real catalogue to spoil: its first 16 services and a few of each kind."""
    target = tmp_path / "data"
    shutil.copytree(DATA, target)
    rows = json.loads((target / "services.json").read_text(encoding="utf-8"))
    kept = rows[:16] + [row for row in rows[16:] if row["key"] in KEPT]
    (target / "services.json").write_text(json.dumps(kept), encoding="utf-8")
    keys = {row["key"] for row in kept}

    def shorten(journeys: list[dict[str, Any]]) -> None:
        for journey in journeys:
            for step in journey["steps"]:
                step["services"] = [key for key in step["services"] if key in keys] or ["passport-md"]

    edit(target, "journeys", shorten)
    return target


def edit(folder: Path, name: str, change: Any) -> None:
    """Rewrite a file with its content changed in place."""
    path = folder / f"{name}.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def faults(folder: Path) -> list[str]:
    """What a load of this folder complains about; it must have written nothing."""
    outcome = load(folder)
    assert not Service.objects.exists()
    assert not outcome.reports
    return [str(problem) for problem in outcome.problems]


@pytest.mark.sql
def test_the_whole_catalogue_loads_and_loads_again_without_a_write() -> None:
    first = {report.kind: report.created for report in load(DATA).reports}
    assert (first["services"], first["providers"], first["shopfronts"], first["journeys"]) == (164, 69, 4, 8)
    version = content_version.publish()
    with CaptureQueriesContext(connection) as captured:
        second = load(DATA)
    assert all((report.created, report.updated, report.kept) == (0, 0, []) for report in second.reports)
    assert not [q["sql"] for q in captured if q["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]
    assert content_version.publish() == version
    assert Service.objects.filter(status="suggestion").count() == 5
    assert Service.objects.published().count() == 156


def test_statuses_and_dates_follow_the_source(folder: Path) -> None:
    load(folder)
    confirm = Service.objects.get(key="ofii-reintegration")
    assert (confirm.status, confirm.is_confirmed, confirm.freshness) == ("published", False, "source")
    assert not Service.objects.filter(verified_on__isnull=False).exists()  # no import verifies anything
    assert Service.objects.get(key="self-help-group").status == "suggestion"
    assert Service.objects.get(key="dar-1-3").freshness == "lapsed"
    assert Service.objects.filter(source__startswith="general knowledge", is_confirmed=True).count() == 0


def test_ids_come_from_keys(folder: Path) -> None:
    load(folder)
    assert Service.objects.get(key="passport-md").pk == stable_uuid("service", "passport-md")


def test_phones_amounts_hours_and_holidays_are_taken_apart(folder: Path) -> None:
    load(folder)
    phones = list(
        Phone.objects.filter(provider__key="la_strada").values_list("number", "note_ru", "rings_from")
    )
    assert phones == [("+37380077777", "бесплатно", "moldova"), ("+37322233309", "", "abroad")]
    assert CostOption.objects.filter(service__key="passport-md").count() == 5
    assert OpeningHours.objects.filter(shopfront__slug="cahul").count() == 10  # five days around lunch
    assert Closure.objects.filter(on="2026-12-25", shopfront=None).exists()
    assert Provider.objects.get(key="anofm").abbreviations


def test_everyday_words_work_after_a_load(folder: Path) -> None:
    load(folder)
    found = search(SearchRequest(language="ru", text="загранпаспорт"))  # the catalogue says "паспорт"
    assert "passport-md" in [service.key for service in found.items]


def test_a_dry_run_writes_nothing_and_says_what_it_would(folder: Path) -> None:
    out = StringIO()
    call_command("load_catalogue", folder, "--dry-run", stdout=out)
    assert "services: 20 created, 0 updated, 0 unchanged" in out.getvalue()
    assert "Dry run" in out.getvalue()
    assert not Service.objects.exists()


def test_a_changed_record_alone_is_updated(folder: Path) -> None:
    load(folder)
    edit(folder, "services", lambda rows: rows[3]["name"].update(ro="Alt nume"))
    [report] = [report for report in load(folder).reports if report.kind == "services"]
    assert (report.created, report.updated, report.unchanged) == (0, 1, 19)
    row = json.loads((folder / "services.json").read_text(encoding="utf-8"))[3]
    service = Service.objects.get(key=row["key"])
    assert service.name == service.name_ro == "Alt nume"


def test_what_was_edited_here_is_kept_unless_told_otherwise(folder: Path) -> None:
    load(folder)
    service = Service.objects.get(key="passport-md")
    service.summary_ru = "Исправлено куратором."
    service.save()
    edit(
        folder,
        "services",
        lambda rows: [r["summary"].update(ro="Din fișier.") for r in rows if r["key"] == "passport-md"],
    )
    [report] = [report for report in load(folder).reports if report.kind == "services"]
    assert (report.kept, report.updated) == (["passport-md"], 0)
    load(folder, overwrite=True)
    service.refresh_from_db()
    assert service.summary_ro == "Din fișier."
    assert service.summary_ru != "Исправлено куратором."


def change_summary(folder: Path) -> None:
    """What the next release's files say otherwise."""

    def change(rows: list[dict[str, Any]]) -> None:
        next(row for row in rows if row["key"] == "passport-md")["summary"].update(ro="Din fișier.")

    edit(folder, "services", change)


def test_what_was_written_here_under_a_key_of_the_files_is_kept(folder: Path) -> None:
    load(folder)
    ImportedRecord.objects.filter(key="passport-md").delete()  # as if a curator had written it
    change_summary(folder)
    [report] = [report for report in load(folder).reports if report.kind == "services"]
    assert (report.kept, report.updated) == (["passport-md"], 0)


def test_a_column_that_a_release_brings_does_not_make_every_record_look_edited(folder: Path) -> None:
    load(folder)
    imported = ImportedRecord.objects.get(kind="services", key="passport-md")
    del imported.parts["sources"]  # the release before had no such column
    imported.save()
    Service.objects.filter(key="passport-md").update(sources=["a value that the migration gave"])
    change_summary(folder)
    [report] = [report for report in load(folder).reports if report.kind == "services"]
    assert (report.kept, report.updated) == ([], 1)


@pytest.mark.parametrize("edited", [True, False])
def test_after_an_import_without_fingerprints_the_history_of_the_administration_tells(
    folder: Path, curator: User, edited: bool
) -> None:
    load(folder)
    ImportedRecord.objects.update(parts={})
    service = Service.objects.get(key="passport-md")
    if edited:
        LogEntry.objects.log_actions(curator.pk, [service], CHANGE)
    change_summary(folder)
    [report] = [report for report in load(folder).reports if report.kind == "services"]
    assert (report.kept, report.updated) == ((["passport-md"], 0) if edited else ([], 1))


@pytest.mark.parametrize(
    ("here", "in_the_files", "kept"),
    [
        ("archived", "existing", True),  # a curator took it away
        ("published", "proposal", True),  # a curator published it
        ("published", "archived", False),  # the release takes it away
        ("published", "existing", False),
    ],
)
def test_after_an_import_without_fingerprints_what_was_shown_or_hidden_here_stays_so(
    folder: Path, here: str, in_the_files: str, kept: bool
) -> None:
    load(folder)
    ImportedRecord.objects.update(parts={})
    Service.objects.filter(key="passport-md").update(status=here)  # the lists of then wrote no history
    change_summary(folder)
    edit(
        folder,
        "services",
        lambda rows: next(row for row in rows if row["key"] == "passport-md").update(status=in_the_files),
    )
    [report] = [report for report in load(folder).reports if report.kind == "services"]
    assert (report.kept, report.updated) == ((["passport-md"], 0) if kept else ([], 1))


def test_an_import_says_when_a_record_changed(folder: Path) -> None:
    load(folder)
    Service.objects.update(updated_at=LONG_AGO)
    change_summary(folder)
    load(folder)
    assert Service.objects.get(key="passport-md").updated_at > LONG_AGO
    assert Service.objects.exclude(key="passport-md").filter(updated_at__gt=LONG_AGO).count() == 0


def test_the_yearly_review_names_sums_dates_addresses_and_telephones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("load_catalogue", DATA, review=True)
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    kinds = {kind for _key, _field, kinds, _text in lines for kind in kinds.split(", ")}
    assert kinds == {"sum", "date", "address", "telephone"}
    assert any(
        key == "apostille" and "sum" in kinds and "100 de lei" in text for key, _, kinds, text in lines
    )
    assert not any(text == "Primiți decizia scrisă" for *_, text in lines)


def test_a_record_gone_from_the_files_is_named_and_left(folder: Path) -> None:
    load(folder)
    edit(folder, "journeys", lambda rows: rows.pop())
    [report] = [report for report in load(folder).reports if report.kind == "journeys"]
    assert len(report.absent) == 1
    assert ShopFront.objects.count() == 4


def test_every_fault_is_named_in_one_run(folder: Path) -> None:
    def spoil(rows: list[dict[str, Any]]) -> None:
        rows[0]["provider"] = "nobody"
        rows[1]["name"].pop("ru")
        rows[2]["summary"]["ro"] = "Cu ş vechi"
        rows[3]["destination_countries"] = ["XX"]
        rows[4]["url"] = "ftp:/nowhere"
        rows[5]["key"] = rows[6]["key"]
        rows[7]["steps"]["en"] = rows[7]["steps"]["en"][:-1]
        rows[8]["valid_until"] = "2026-02-30"
        rows[9]["cost"] = {"type": "cheap", "amounts": [{"amount": -1, "currency": "lei", "note": ""}]}
        rows[10]["localities"] = ["Atlantida"]
        rows[11]["category"] = "employment"  # a top one
        rows[12]["description"]["en"] = "nul\x00"
        rows[13]["modes"] = []
        rows[14]["documents_needed"] = None
        rows[15] = "text"

    edit(folder, "services", spoil)
    edit(folder, "providers", lambda rows: rows[0].update(phone="call us", email="x@", website="www"))
    edit(
        folder, "shopfronts", lambda file: file["shopfronts"][0]["office_hours"].update(timezone="Mars/Base")
    )
    found = "\n".join(faults(folder))
    for words in (
        "provider: unknown: 'nobody'",
        "name: missing translation: ru",
        "summary.ro: has a cedilla letter",
        "destination_countries: unknown: 'XX'",
        "url: bad address: 'ftp:/nowhere'",
        "key: duplicate key",
        "steps: lists of unequal length",
        "valid_until: bad date: '2026-02-30'",
        "cost: unknown type: 'cheap'",
        "amount: is not above zero",
        "currency: is not an ISO 4217 code: 'lei'",
        "localities: unknown: 'Atlantida'",
        "category: unknown: 'employment'",
        "description.en: has a control character",
        "modes: is empty",
        "documents_needed: missing translation: ro",
        "services.json: #15: is not an object",
        "phone: bad number: 'call us'",
        "email: bad e-mail: 'x@'",
        "website: bad address: 'www'",
        "office_hours.timezone: unknown: 'Mars/Base'",
    ):
        assert words in found


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'[{"key": "half"', "broken JSON"),
        (b"", "broken JSON"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"{}", "is not a list"),
        (b"[" * 100_000, "broken JSON|is nested too deeply"),
        (None, "is missing"),
    ],
)
def test_a_broken_file_is_named(folder: Path, content: bytes | None, words: str) -> None:
    path = folder / "categories.json"
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    found = "\n".join(faults(folder))
    assert any(f"categories.json: {part}" in found for part in words.split("|"))


def test_the_command_ends_with_1_and_names_the_record(folder: Path) -> None:
    edit(folder, "providers", lambda rows: rows[2].pop("sector"))
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("load_catalogue", folder, stderr=out)
    assert ended.value.code == 1
    assert "sector: is missing" in out.getvalue()
    assert "nothing was written" in out.getvalue()
