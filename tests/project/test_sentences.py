"""A sentence is one message: never glued of parts, and the same in both parts of a mail."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR) / "templates"
MESSAGE = re.compile(
    r"{%\s*translate\s+([\"'])(?P<short>.*?)\1|{%\s*blocktranslate\b[^%]*%}(?P<long>.*?){%\s*endblocktranslate",
    re.DOTALL,
)
PARENT = re.compile(r"{%\s*extends\s+\"([^\"]+)\.(?:txt|html)\"")
INCLUDED = re.compile(r"{%\s*include\s+\"([^\"]+)\"")
# A text, a space and a value in one element (the value perhaps marked), or the other way.
GLUED = re.compile(
    r"{% translate [\"'](?P<text>[^\"']*)[\"'] %}\s+(?:<\w+[^>]*>)*{{|}}\s+{% translate [\"'][a-z]"
)
PARTS = sorted(
    path
    for path in ROOT.rglob("*.txt")
    if "notifications" in path.parts and path.with_suffix(".html").exists()
)


def messages(path: Path) -> set[str]:
    """What a template says, with what it includes."""
    source = path.read_text(encoding="utf-8")
    own = {match["short"] or " ".join(match["long"].split()) for match in MESSAGE.finditer(source)}
    return own.union(*(messages(ROOT / name) for name in INCLUDED.findall(source)))


@pytest.mark.parametrize("text", PARTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_both_parts_of_a_mail_say_the_same(text: Path) -> None:
    page = text.with_suffix(".html")
    assert messages(text) == messages(page)
    assert PARENT.findall(text.read_text(encoding="utf-8")) == PARENT.findall(
        page.read_text(encoding="utf-8")
    )


def test_no_sentence_is_glued_of_a_text_and_a_value() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in sorted([*ROOT.rglob("*.html"), *ROOT.rglob("*.txt")])
        for match in GLUED.finditer(path.read_text(encoding="utf-8"))
        if not (match["text"] or "").endswith((":", ".", "?"))  # a label or a sentence of its own
    ]
    assert found == []
