"""The readers, given any shape of a wrong file: they name faults and never raise."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest

from services.loading import loader
from services.loading.problems import Problems
from services.loading.registry import KINDS, Files

DATA = Path(__file__).resolve().parents[2] / "data"
HOSTILE: list[Any] = [
    None,
    True,
    -1,
    10**30,
    1e308,
    "",
    "x" * 30_000,
    "a\x00",
    "\ud800",
    [],
    [None],
    [[]],
    {},
]
HOSTILE += [{"ro": None}, {"ro": [], "ru": 5, "en": {}}, "2026-13-01", "http://[", ["x", 1]]


@pytest.fixture(scope="module")
def catalogue() -> dict[str, Any]:
    """The real files, with the first services alone."""
    content = {kind.source: json.loads((DATA / f"{kind.source}.json").read_bytes()) for kind in KINDS}
    content["services"] = content["services"][:10]
    return content


def read(content: dict[str, Any]) -> list[str]:
    """The faults that all readers find."""
    problems = Problems()
    files = Files(dict(content), problems)
    for kind in KINDS:
        kind.read(files)
    return [str(problem) for problem in problems.found]


def somewhere(content: Any, chance: random.Random) -> tuple[Any, Any]:
    """A random container inside the content and one of its places."""
    while True:
        places = list(content) if isinstance(content, dict) else range(len(content))
        place = chance.choice(places)
        inner = content[place]
        if not isinstance(inner, dict | list) or not inner or chance.random() < 0.2:
            return content, place
        content = inner


@pytest.mark.parametrize("seed", range(12))
def test_readers_never_raise(catalogue: dict[str, Any], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # repeatable, not secret
    faults = []
    for _ in range(10):
        name = chance.choice(sorted(catalogue))
        spoilt = catalogue | {name: copy.deepcopy(catalogue[name])}
        container, place = somewhere(spoilt[name], chance)
        container[place] = chance.choice(HOSTILE)
        faults += read(spoilt)
    assert faults  # they were read, and said what is wrong


@pytest.mark.parametrize(
    ("file", "path", "value", "words"),
    [
        ("countries", ("countries", 0, "missions", 0, "city", "ro"), "Roma\x00", "control character"),
        ("countries", ("countries", 0, "estimates", 0, "definition"), "\ud800", "control character"),
        ("countries", ("countries", 0, "social_security", "in_force"), "2026-13-01", "bad date"),
        ("countries", ("countries", 1, "iso2"), "IT", "stands twice"),
        ("countries", ("countries", 1, "iso2"), "XK", "unknown: 'XK'"),
        ("localities", (1, "iso_3166_2"), "MD-AN", "stands twice"),
        ("localities", (0, "seat_lat"), 10**30, "is not a number below"),
        ("categories", (0, "order"), 70_000, "is not a whole number"),
        ("providers", (0, "key"), "Cheie Nouă", "is not made of a-z"),
        ("providers", (0, "phone", 0, "number"), "0 (gratuit)", "bad number"),
        ("shopfronts", ("shopfronts", 0, "office_hours", "timezone"), [], "unknown: []"),
        ("shopfronts", ("public_holidays", "y2026", 1, "date"), "2026-01-01", "stands twice"),
    ],
)
def test_a_value_that_the_database_would_refuse_is_named(
    catalogue: dict[str, Any], file: str, path: tuple[Any, ...], value: Any, words: str
) -> None:
    spoilt = catalogue | {file: copy.deepcopy(catalogue[file])}
    container = spoilt[file]
    for step in path[:-1]:
        container = container[step]
    container[path[-1]] = value
    assert any(words in fault for fault in read(spoilt)), read(spoilt)


@pytest.mark.parametrize("raw", [b'[{"order": NaN}]', b'[{"order": ' + b"9" * 5000 + b"}]"])
def test_numbers_that_json_does_not_have_are_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "categories.json").write_bytes(raw)
    problems = Problems()
    loader.parse(tmp_path, problems)
    assert any("categories.json: broken JSON" in str(problem) for problem in problems.found)


def test_shorter_forms_are_read_too(catalogue: dict[str, Any]) -> None:
    plain = copy.deepcopy(catalogue)
    mfa = next(row for row in plain["providers"] if row["key"] == "mfa")
    mfa["phone"] = "0 800 90990 (gratuit); +373 22 690 990 (din străinătate)"
    del mfa["locations"]
    mfa["address"] = "str. Alexei Mateevici 80, Chișinău"
    plain["services"][0]["legal_basis"] = "Legea nr. 105/2018"
    plain["services"][0]["cost"] = {
        "type": "paid",
        "amounts": [{"amount": 5, "currency": "MDL", "note": "2024"}],
    }
    known = set(read(catalogue))  # journeys name services that the shortened file lacks
    assert set(read(plain)) <= known


@pytest.mark.parametrize("wrong", [5, "IT", {"iso2": "IT"}, None])
def test_countries_named_by_something_that_is_no_list_are_a_named_fault(
    catalogue: dict[str, Any], wrong: Any
) -> None:
    content = copy.deepcopy(catalogue)
    content["countries"]["other_social_security_agreements_in_force"] = wrong
    content["services"][0]["destination_countries"] = wrong
    found = read(content)
    assert any("other_social_security_agreements_in_force" in fault for fault in found)
    assert any("destination_countries" in fault for fault in found) or wrong is None
