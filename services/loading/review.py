"""What of the files must be looked at every year: each sentence that names a sum, a date, a telephone or an address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

SUM = re.compile(r"\d[\d  .]*\s*(?:de )?(?:lei|leu|euro|EUR|USD|dolari|MDL|%)|%", re.IGNORECASE)
DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2} (?:ianuarie|februarie|martie|aprilie|mai|iunie|iulie|august|septembrie|octombrie"
    r"|noiembrie|decembrie)\b|\b\d+ (?:de )?(?:zile|ore|luni|ani|săptămâni)\b"
)
ADDRESS = re.compile(
    r"\b(?:str\.|bd\.|bulevardul|piața|șos\.|nr\.) ?[A-ZĂÂÎȘȚ0-9]|\b[\w-]+\.(?:md|gov|org|com|it|int|eu)\b",
    re.IGNORECASE,
)
TELEPHONE = re.compile(r"\+\d[\d ]{6,}|\b0 ?\d{3,4} ?\d{3,5}\b|\b(?:112|116 ?\d{3}|14\d{3})\b")
KINDS = {"sum": SUM, "date": DATE, "address": ADDRESS, "telephone": TELEPHONE}


def dated_facts(services: list[Any]) -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    """Key of the service, field, kinds of fact, and the Romanian sentence; in the order of the file."""
    for raw in services:
        for field in ("summary", "description", "documents_needed", "steps"):
            texts = raw.get(field, {}).get("ro", [])
            for text in [texts] if isinstance(texts, str) else texts:
                kinds = tuple(kind for kind, pattern in KINDS.items() if pattern.search(text))
                if kinds:
                    yield raw["key"], field, kinds, text
