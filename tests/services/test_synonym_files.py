"""The files of everyday words: well formed, in the right alphabet, nothing said twice in one line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from services.search.index import SYNONYMS, read_synonyms

FILES = sorted(SYNONYMS.glob("*.json"))
SETS = sorted((Path(settings.BASE_DIR) / "tests" / "services" / "relevance").glob("*.json"))
CEDILLA = re.compile("[\u015e\u015f\u0162\u0163]")
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
MIXED_WORD = re.compile(r"[a-zăâîșț][а-яё]|[а-яё][a-zăâîșț]", re.IGNORECASE)
LONGEST = 80  # what the table takes
FEWEST = 250  # entries a language


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_line_says_and_finds(path: Path) -> None:
    """Both lists are there, filled, without doubles, and short enough for the table."""
    groups: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    for group in groups:
        assert set(group) == {"say", "find"}, group
        for side in ("say", "find"):
            assert group[side], group
            assert len(set(group[side])) == len(group[side]), group
            assert all(text == text.strip() and 0 < len(text) <= LONGEST for text in group[side]), group


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_letters_are_those_of_the_language(path: Path) -> None:
    """Comma-below letters, no Cyrillic outside Russian, no word of two alphabets."""
    text = path.read_text(encoding="utf-8")
    assert not CEDILLA.search(text)
    assert not MIXED_WORD.search(text)
    if not path.name.startswith("ru"):
        assert not CYRILLIC.search(text)


@pytest.mark.parametrize("language", ["ro", "ru", "en"])
def test_all_files_of_a_language_are_read(language: str) -> None:
    """A file added beside the first one counts, and there is plenty in each language."""
    entries = read_synonyms(language)
    assert len(entries) >= FEWEST
    for path in SYNONYMS.glob(f"{language}*.json"):
        for group in json.loads(path.read_text(encoding="utf-8")):
            assert all(term in entries for term in group["say"])


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.name)
def test_questions_expect_published_services(path: Path) -> None:
    """A question that asks for a key that is not shown could never be answered."""
    services = json.loads((Path(settings.BASE_DIR) / "data" / "services.json").read_text(encoding="utf-8"))
    shown = {service["key"] for service in services if service["status"] != "proposal"}
    queries = json.loads(path.read_text(encoding="utf-8"))["queries"]
    assert queries
    for query in queries:
        assert set(query["expect"]) <= shown, query
        assert query["lang"] in {"ro", "ru", "en"}
