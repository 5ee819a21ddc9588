"""To what roles are bound, in words; upper apps say what their keys are called."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from accounts.models import ScopeKind

Choices = Callable[[], list[tuple[str, str]]]
_choices: dict[str, Choices] = {
    ScopeKind.LANGUAGE: lambda: [(code, str(name)) for code, name in settings.LANGUAGES]
}


def register(kind: ScopeKind, choices: Choices) -> None:
    """Say which keys a kind has and what people call them; called by the app that owns them, in `ready()`."""
    _choices[kind] = choices


def choices_of(kind: ScopeKind) -> list[tuple[str, str]]:
    """Keys of a kind with their names; empty for a kind whose app is not there."""
    return _choices[kind]() if kind in _choices else []


def in_words(scopes: dict[str, list[str]]) -> str:
    """What a role is bound to, as people call it: "Cahul, Ungheni"."""
    names = []
    for kind, keys in scopes.items():
        known = dict(choices_of(ScopeKind(kind)))
        names += [known.get(key, key) for key in keys]
    return ", ".join(names)
