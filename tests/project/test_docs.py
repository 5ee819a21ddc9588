"""What the documents name is there: files, make targets, management commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

ROOT = settings.BASE_DIR
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
TARGET = re.compile(r"`make ([a-z-]+)")
COMMAND = re.compile(r"manage\.py ([a-z_]+)")
ARCHITECTURE_LINES = 200


def name(path: Path) -> str:
    """A document as people name it."""
    return str(path.relative_to(ROOT))


def targets() -> set[str]:
    """What `make` knows."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


def commands() -> set[str]:
    """What `manage.py` knows: Django's, ours, and what it answers before the settings are read."""
    manage = (ROOT / "manage.py").read_text(encoding="utf-8")
    return get_commands().keys() | set(re.findall(r'== \["([a-z_]+)"\]', manage))


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_document_names_what_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [link for link in LINK.findall(text) if not (path.parent / link).exists()] == []
    assert set(TARGET.findall(text)) - targets() == set()
    assert set(COMMAND.findall(text)) - commands() == set()


def test_the_documents_of_the_house_are_there() -> None:
    assert {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/operations.md"} <= {
        name(path) for path in DOCUMENTS
    }
    assert len((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()) <= ARCHITECTURE_LINES


def test_the_proxy_of_the_manual_writes_down_no_address() -> None:
    """The privacy page says that nobody keeps who searched for what, and nginx logs each query on its own."""
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    servers = re.findall(r"^server \{\n(.*?)^\}", manual, re.MULTILINE | re.DOTALL)
    assert len(servers) == 2
    for server in servers:
        assert "    access_log off;\n" in server
        assert re.search(r"^    error_log \S+ crit;", server, re.MULTILINE)


def test_decisions_are_numbered_once() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "adr").glob("*.md")]
    assert all(number.isdigit() for number in numbers)
    assert len(numbers) == len(set(numbers)) >= 7


def test_help_tells_every_target_that_people_type() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    told = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    assert {"demo", "test", "check", "fix", "messages", "browser", "bench", "lock", "help"} <= told
