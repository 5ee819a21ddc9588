"""Cleaning what people type: names and notes may be in any script; signs that turn a line around may not."""

from __future__ import annotations

import unicodedata

TURNING = frozenset(
    "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)  # bidi controls (UAX 9)
INVISIBLE = frozenset("\u200b\u2060\ufeff\u00ad")


def one_line(text: str) -> str:
    """Visible signs on one line, spaces made single; emoji and right-to-left letters stay."""
    return " ".join(_visible(text, keep="").split())


def lines(text: str) -> str:
    """The same, with the line breaks."""
    return "\n".join(" ".join(line.split()) for line in _visible(text, keep="\n").splitlines()).strip()


def _visible(text: str, *, keep: str) -> str:
    kept = []
    for sign in text.replace("\r\n", "\n"):
        if sign in keep:
            kept.append(sign)
        elif sign in TURNING or sign in INVISIBLE:
            continue
        elif unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp"):
            kept.append(" ")
        else:
            kept.append(sign)
    return "".join(kept)
