"""Every template compiles, says nothing inline, and takes its texts from the catalogues."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.template.loader import get_template

ROOT = settings.BASE_DIR / "templates"
TEMPLATES = sorted(path for path in ROOT.rglob("*") if path.is_file())
INLINE = re.compile(
    r"""<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:|hx-on|hx-vals=["']js:"""
    r"""|<script\b(?![^>]*\bsrc=)(?![^>]*\btype=["']application/(?:ld\+)?json["'])""",
    re.IGNORECASE,
)
THIRD_PARTY = re.compile(
    r"""\b(?:src|srcset|data|poster)=["'](?:https?:)?//|<link\b[^>]*href=["'](?:https?:)?//""", re.IGNORECASE
)
CODE = re.compile(
    r"{#.*?#}|{%\s*comment\b.*?{%\s*endcomment\s*%}|{%\s*blocktranslate\b.*?{%\s*endblocktranslate\s*%}"
    r"|<!--.*?-->|<(?:script|style|svg)\b.*?</(?:script|style|svg)>|{%.*?%}|{{.*?}}|<(?:\"[^\"]*\"|'[^']*'|[^>\"'])*>",
    re.DOTALL,
)
LETTERS = re.compile(r"[^\W\d_]{2,}")
SAME_EVERYWHERE = {
    "NEXUS",
    "SOS",
    "nexus",
    "Moldova",
    "nbsp",
    "middot",
    "mdash",
    "ndash",
    "times",
    "larr",
    "rarr",
    "hellip",
    "amp",
    "lt",
    "gt",
    "quot",
    "laquo",
    "raquo",
}
FOR_DEVELOPERS = ("styleguide",)  # shown in DEBUG only


def name(path: Path) -> str:
    """A template as Django names it."""
    return str(path.relative_to(ROOT))


MAIL_BASE = "notifications/mail/base.html"


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_template_compiles(path: Path) -> None:
    assert get_template(name(path))


def test_there_are_templates_to_check() -> None:
    assert len(TEMPLATES) > 20


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_nothing_stands_inline(path: Path) -> None:
    allowed = ["<style"] if name(path) == MAIL_BASE else []  # mail programs fetch no stylesheet
    assert INLINE.findall(path.read_text(encoding="utf-8")) == allowed


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_nothing_comes_from_elsewhere(path: Path) -> None:
    assert THIRD_PARTY.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.suffix == ".html"], ids=name)
def test_texts_come_from_the_catalogues(path: Path) -> None:
    if any(word in path.parts or path.name.startswith(word) for word in FOR_DEVELOPERS):
        return
    assert bare_words(path.read_text(encoding="utf-8")) == set()


def bare_words(text: str) -> set[str]:
    """Words that a person would read in one language only."""
    return set(LETTERS.findall(CODE.sub(" ", text))) - SAME_EVERYWHERE


@pytest.mark.parametrize(
    "text",
    [
        '<p style="color: red">',
        "<style>p {}</style>",
        "<button onclick='go()'>",
        '<a href="javascript:go()">',
        "<script>go()</script>",
        '<script type="module">go()</script>',
    ],
)
def test_inline_code_is_seen(text: str) -> None:
    assert INLINE.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script src=\"{% static 'x.js' %}\" defer></script>",
        '<script type="application/ld+json">{{ x }}</script>',
    ],
)
def test_what_is_not_inline_code_passes(text: str) -> None:
    assert not INLINE.search(text)


def test_bare_words_are_seen() -> None:
    assert bare_words('<p title="{{ x }}">Search {% translate "results" %} {{ n }}</p>') == {"Search"}
    assert bare_words("{% blocktranslate %}Search{% endblocktranslate %} NEXUS &nbsp; 12") == set()


def test_broken_template_would_be_seen() -> None:
    with pytest.raises(Exception, match="Unclosed tag"):
        engines["django"].from_string("{% if x %}")
