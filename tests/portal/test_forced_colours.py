"""Forced colours paint transparent borders: what a border says must be said there too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path("static")
TRANSPARENT = re.compile(r"([^{};]+)\{[^{}]*border[^;{}]*transparent")
FRAMED_ANYHOW = {".button"}  # a frame around it is right there


@pytest.mark.parametrize("sheet", sorted(STATIC.glob("*.css")), ids=lambda sheet: sheet.name)
def test_no_transparent_border_shows_in_forced_colours(sheet: Path) -> None:
    text = sheet.read_text()
    forced = "".join(
        text[at.start() : at.start() + 900] for at in re.finditer(r"@media \(forced-colors: active\)", text)
    )
    found = {selector.strip().split("\n")[-1].strip() for selector in TRANSPARENT.findall(text)}
    assert [selector for selector in found - FRAMED_ANYHOW if selector not in forced] == []
