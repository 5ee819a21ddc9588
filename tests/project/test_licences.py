"""The licences are whole, and what says so agrees."""

from __future__ import annotations

import hashlib
import tomllib

import pytest
from django.conf import settings

ROOT = settings.BASE_DIR
# SHA-256 of the texts of SPDX's list of licences (EUPL-1.2, CC-BY-4.0) with a last newline: a licence is not edited
TEXTS = {
    "LICENSE": "57fb42fbcd0b037ce528ed8f72f1ec095d67bc6825ecf1448ff39be1fe68a4b4",
    "data/LICENSE": "d557539df68e771cc1eedcc91d13f70fca930e508d11eedcafa4b15db49e3744",
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_licence_is_the_very_text(name: str) -> None:
    assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == TEXTS[name]


def test_the_project_and_its_documents_name_them() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (project["license"], project["license-files"]) == ("EUPL-1.2", ["LICENSE"])
    for document in ("README.md", "data/README.md"):
        assert "Creative Commons Attribution 4.0" in (ROOT / document).read_text(encoding="utf-8")
    assert "EUPL, version 1.2" in (ROOT / "README.md").read_text(encoding="utf-8")
