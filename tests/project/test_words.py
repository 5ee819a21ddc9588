"""What repeats in texts and is seen by no catalogue check: half-translated sentences, permission that sounds like a ban,
forms in brackets, cedillas of Django's own, one text with two meanings."""

from __future__ import annotations

import ast
import gettext
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import django
import pytest
import unfold
from babel.messages.pofile import read_po
from django.utils import translation

from common.borrowed_texts import OURS_EVERYWHERE

ROOT = Path(__file__).resolve().parents[2]
APPS = ("nexus", "common", "accounts", "notifications", "services", "shopfronts", "counselling", "portal")
CALLS = {
    "_",
    "gettext",
    "gettext_lazy",
    "ngettext",
    "pgettext",
    "ngettext_lazy",
    "pgettext_lazy",
    "translate",
}
CEDILLA = re.compile("[ŞşŢţ]")
BRACKETS = re.compile(r"\w\((?:а|я|ла|ая|ась|ей|ый|на|ă|a|e|i|o|oare|ă-i)\)", re.IGNORECASE)


def catalogue(language: str) -> dict[str, str]:
    """Our texts of a language by their source; of plural ones the first form."""
    with (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id and not message.context]
    return {
        (message.id if isinstance(message.id, str) else message.id[0]): (
            message.string if isinstance(message.string, str) else message.string[0]
        )
        for message in messages
    }


def texts_of_django(language: str) -> dict[str, str]:
    """Everything that Django and its parts say in a language."""
    found: dict[str, str] = {}
    for path in Path(django.__file__).parent.rglob(f"locale/{language}/LC_MESSAGES/django.mo"):
        with path.open("rb") as file:
            texts: dict[Any, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        for source, text in texts.items():
            plain = source if isinstance(source, str) else source[0]
            if plain and "\x04" not in plain:
                found.setdefault(plain, text)
    return found


def data_texts(language: str) -> Iterator[str]:
    """Every text of a language in the data files."""

    def walk(value: Any, *, inside: bool = False) -> Iterator[str]:
        if isinstance(value, dict):
            for name, part in value.items():
                yield from walk(part, inside=inside or name == language)
        elif isinstance(value, list):
            for part in value:
                yield from walk(part, inside=inside)
        elif inside and isinstance(value, str):
            yield value

    for path in [*(ROOT / "data").glob("*.json"), ROOT / "counselling/data/reasons.json"]:
        if path.name != "forum_topics.json":  # written by invented people
            yield from walk(json.loads(path.read_text(encoding="utf-8")))


@cache
def borrowed() -> frozenset[str]:
    """The sources of the texts that we say instead of Django and the theme; of plural ones the first form."""
    tree = ast.parse((ROOT / "common/borrowed_texts.py").read_text(encoding="utf-8"))
    calls = [each for each in ast.walk(tree) if isinstance(each, ast.Call) and each.args]
    return frozenset(str(call.args[0].value) for call in calls if isinstance(call.args[0], ast.Constant))


def glued(source: str) -> list[int]:
    """Lines on which a text is taken from the catalogue inside an f-string, which the collector does not read."""
    return [
        call.lineno
        for text in ast.walk(ast.parse(source))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) in CALLS
    ]


def test_no_text_is_taken_from_the_catalogue_inside_an_f_string() -> None:
    assert glued("""f"{_('Saved.')} {x}" """) == [1]
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        for line in glued(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_what_need_not_be_done_does_not_sound_forbidden() -> None:
    """In Romanian “Nu trebuie să” also means “you must not”; “Nu este nevoie să” does not."""
    texts = [*catalogue("ro").values(), *data_texts("ro")]
    assert len(texts) > 2000
    assert [text for text in texts if re.search(r"\bnu trebuie să\b", text, re.IGNORECASE)] == []


@pytest.mark.parametrize("language", ["ro", "ru"])
def test_nobody_is_a_form_in_brackets(language: str) -> None:
    assert BRACKETS.search("Не пришёл(ла)")
    texts = [*catalogue(language).values(), *data_texts(language)]
    assert [text for text in texts if BRACKETS.search(text)] == []


def test_who_was_invited_may_be_a_woman() -> None:
    """The participle agrees with the person; “Invitația vine de la” does not."""
    assert [
        text for text in catalogue("ro").values() if re.search(r"\binvitat de\b", text, re.IGNORECASE)
    ] == []


def test_django_says_nothing_with_a_cedilla() -> None:
    ours, theirs = catalogue("ro"), texts_of_django("ro")
    assert len(theirs) > 500
    assert (
        sorted(source for source, text in theirs.items() if CEDILLA.search(text) and source not in ours) == []
    )


@pytest.mark.parametrize("language", ["ro", "ru"])
def test_a_text_that_django_has_too_is_meant_everywhere(language: str) -> None:
    """A text of ours wins over Django's on its own pages; who wants another meaning there gives theirs a context."""
    theirs = texts_of_django(language)
    differing = {
        source
        for source, text in catalogue(language).items()
        if source in theirs and theirs[source] != text and source not in borrowed()
    }
    assert differing - OURS_EVERYWHERE == set()


NOT_SHOWN = (
    "contrib",
    "unfold_crispy",
    "mixins/dataset",
    "admin/dataset",
    "helpers/display_header",
    "auth/user/add_form",
)


@pytest.mark.parametrize("language", ["ro", "ru"])
def test_what_is_borrowed_is_collected(language: str) -> None:
    """The collector knows functions by their names: under another one a text stays English without a word."""
    assert len(borrowed()) > 100
    ours = catalogue(language)
    assert sorted(text for text in borrowed() if not ours.get(text)) == []


def test_the_administration_speaks_formally() -> None:
    with translation.override("ro"):
        said = [
            translation.gettext(text)
            for text in ("Log out", "View on site", "Select %s to change", "You may edit it again below.")
        ]
    assert [text for text in said if re.search(r"ează\b|ează-te|Poți", text)] == []


@pytest.mark.parametrize("language", ["ro", "ru"])
def test_the_theme_of_the_administration_speaks_the_language(language: str) -> None:
    known = {*catalogue(language), *texts_of_django(language)}
    base = Path(unfold.__file__).parent
    found = {
        text
        for path in (base / "templates").rglob("*.html")
        if not any(part in str(path.relative_to(base)) for part in NOT_SHOWN)
        for _quote, text in re.findall(
            r"""\{% ?trans(?:late)? (["'])(.*?)\1""", path.read_text(encoding="utf-8")
        )
    }
    assert len(found) > 50
    assert sorted(found - known) == []
