"""The locks: every declared library pinned with hashes, and nothing that ties them to one machine's index."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
RUNTIME = [*PROJECT["dependencies"], *EXTRAS["embedded"]]
LOCKS = {"requirements.lock": RUNTIME, "requirements-dev.lock": [*RUNTIME, *EXTRAS["dev"]]}


def normal(name: str) -> str:
    """The name as packaging tools compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lock: str) -> dict[str, str]:
    """Name and version of everything in a lock."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {
        normal(name): version
        for name, version in re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==(\S+) \\$", text, re.MULTILINE)
    }


@pytest.mark.parametrize("lock", LOCKS)
def test_every_declared_library_is_pinned_within_its_range(lock: str) -> None:
    pinned = pins(lock)
    for requirement in LOCKS[lock]:
        name, minimum = re.match(r"([\w.-]+)(?:\[[^]]*\])?~=([\d.]+)", requirement).groups()
        assert normal(name) in pinned, f"{name}: run `make lock`"
        family = minimum.split(".")[:-1]
        assert pinned[normal(name)].split(".")[: len(family)] == family, f"{name}: run `make lock`"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[\w.-]+(?:\[[^]]*\])?==)", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pins(lock))
    assert [block.split("\n")[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert not re.search(
        r"://|^\s*-[ief-]", re.sub(r"^\s+--hash=", "", text, flags=re.MULTILINE), re.MULTILINE
    )


def test_both_locks_agree() -> None:
    everything = pins("requirements-dev.lock")
    assert {name: everything.get(name) for name in pins("requirements.lock")} == pins("requirements.lock")


def test_a_pin_has_the_extras_that_another_library_asks_for() -> None:
    """Without them pip before 23.1 (Debian 12 has 23.0) refuses the lock."""
    text = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
    assert re.search(r"^coverage\[toml\]==", text, re.MULTILINE)
    assert "--no-strip-extras" in (ROOT / "Makefile").read_text(encoding="utf-8")
