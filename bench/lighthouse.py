"""Lighthouse on home, results and a service, as a phone sees them: the four scores of each page."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import browser
from bench.harness import CannotMeasureError, Part, Result
from bench.server import serving

# Results of a question tell search engines to leave them alone, on purpose; those without one do not.
PAGES = {"home": "/ro/", "results": "/ro/services/", "service": "/ro/services/pension-italy/"}
PACKAGE = "lighthouse@12"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LEAST = 95
RUNS = 3  # performance swings; the median counts
PATIENCE = 180  # seconds for one run


def run() -> Iterator[Result]:
    """Each page in turn, the whole round some times; lighthouse is fetched by npm once."""
    program = _program()
    seen: dict[str, list[dict[str, float]]] = {name: [] for name in PAGES}
    with serving() as server:
        for _round in range(RUNS):
            for name, path in PAGES.items():
                seen[name].append(_scores(program, f"{server.origin}{path}"))
    for name, rounds in seen.items():
        for category in CATEGORIES:
            score = statistics.median(scores[category] for scores in rounds)
            yield Result(f"lighthouse.{name}.{category}", score, LEAST, "", 1, at_least=True)


def _program() -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise CannotMeasureError("npm is missing: install Node.js 20 or newer, which brings it.")
    folder = Path(os.environ["STATIC_ROOT"]).parent / "lighthouse"
    program = folder / "node_modules" / ".bin" / "lighthouse"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        wanted = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--silent", PACKAGE]
        if subprocess.run(wanted, check=False, env=os.environ | {"PUPPETEER_SKIP_DOWNLOAD": "1"}).returncode:
            raise CannotMeasureError(f"npm could not fetch {PACKAGE}.")
    return program


def _scores(program: Path, address: str) -> dict[str, float]:
    report = program.parents[2] / "report.json"
    command = [
        *(str(program), address, "--quiet", "--output=json", f"--output-path={report}"),
        *(f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={' '.join(browser.flags())}"),
    ]
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=os.environ | {"CHROME_PATH": browser.program()},
    )
    if done.returncode:
        raise CannotMeasureError(f"lighthouse failed on {address}: {done.stderr[-500:]}")
    found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))["categories"]
    return {name: round(found[name]["score"] * 100) for name in CATEGORIES}


PARTS: dict[str, Part] = {"scores": run}
