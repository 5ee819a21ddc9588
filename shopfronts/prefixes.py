"""The letters before a ticket's number: short, and each counter's own; pure, no input or output."""

from __future__ import annotations

from collections.abc import Collection
from itertools import product
from string import ascii_uppercase

# What the first four have had since tickets exist; C would otherwise go to Chișinău, which is loaded first.
GIVEN = {"cahul": "C", "edinet": "E", "ungheni": "U", "chisinau": "CH"}


def prefix_for(slug: str, taken: Collection[str]) -> str:
    """The shortest free beginning of a counter's key in capitals; any free letters when none is left."""
    if (given := GIVEN.get(slug)) and given not in taken:
        return given
    letters = "".join(letter for letter in slug.upper() if letter in ascii_uppercase)
    own = (letters[:length] for length in (1, 2, 3) if len(letters) >= length)
    rest = ("".join(three) for three in product(ascii_uppercase, repeat=3))
    return next(text for texts in (own, rest) for text in texts if text not in {*taken, *GIVEN.values()})
