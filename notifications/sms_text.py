"""What an SMS costs: parts, and a way of writing that needs fewer of them. No I/O.

A text whose characters are all in GSM's alphabet (3GPP TS 23.038, 6.2.1) has 160 of them in one part, 153 in each of
several; any other one is sent as UTF-16, with 70 and 67.
"""

from __future__ import annotations

import unicodedata

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€")  # each takes two places
PLAIN_SIGNS = str.maketrans(
    {
        "„": '"',
        "”": '"',
        "“": '"',
        "«": '"',
        "»": '"',
        "’": "'",
        "–": "-",
        "—": "-",
        "…": "...",
        "\u00a0": " ",
    }
)


def parts_of(text: str) -> int:
    """How many SMS a text takes."""
    if all(sign in BASIC or sign in EXTENDED for sign in text):
        return _parts(len(text) + sum(sign in EXTENDED for sign in text), 160, 153)
    return _parts(len(text.encode("utf-16-be")) // 2, 70, 67)


def cheapest(text: str) -> str:
    """The text, or the same without ă, ș and other signs that GSM lacks when that takes fewer SMS."""
    plain = "".join(sign if sign in BASIC else _bare(sign) for sign in text.translate(PLAIN_SIGNS))
    return plain if parts_of(plain) < parts_of(text) else text


def _bare(sign: str) -> str:
    """A Latin letter without its marks; other alphabets stay as they are."""
    base = unicodedata.normalize("NFD", sign)[0]
    return base if base.isascii() else sign


def _parts(length: int, alone: int, together: int) -> int:
    return 1 if length <= alone else -(-length // together)
