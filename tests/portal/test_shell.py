"""The name of the offline shell changes with what is in it, and with nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portal.views import machines


@pytest.fixture(autouse=True)
def _forget() -> None:
    machines._shell_name.cache_clear()


def _name(client: Client) -> str:
    machines._shell_name.cache_clear()
    return client.get("/sw.js").content.decode().partition("nexus-shell-")[2].partition('"')[0]


def test_the_name_is_steady(client: Client, settings: Any) -> None:
    first = _name(client)
    settings.RELEASE = "another"  # a new release with the same files and words needs no new shell
    assert _name(client) == first != ""


def test_new_words_are_a_new_shell(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first = _name(client)
    drawn = machines.render_to_string
    monkeypatch.setattr(machines, "render_to_string", lambda *given: drawn(*given) + "o vorbă nouă")
    assert _name(client) != first


def test_new_files_are_a_new_shell(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first = _name(client)
    monkeypatch.setattr(machines, "static", lambda name: f"/static/{name}.new")
    assert _name(client) != first
