"""The two halves of the browser's tests in `.ci/run`: each file runs in one of them, and in one alone."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_each_file_of_the_browser_runs_once() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    halves = re.search(r"^pages=\(([^)]*)\) deeds=\(([^)]*)\)$", script, re.MULTILINE)
    assert halves
    named = [*halves[1].split(), *halves[2].split()]
    there = [path.stem.removeprefix("test_") for path in (ROOT / "tests" / "browser").glob("test_*.py")]
    assert sorted(named) == sorted(there)
