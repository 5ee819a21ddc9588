"""Which encodings of an answer a reader accepts (RFC 9110, 12.5.3)."""

from __future__ import annotations

from functools import lru_cache

ENCODINGS = ("br", "gzip")  # ours, the better one first
LONGEST = 500  # characters that are read of a header


@lru_cache(maxsize=256)
def accepted(header: str) -> tuple[str, ...]:
    """Those of ours that `Accept-Encoding` takes, the most wanted first; `q=0` refuses, `*` stands for the unnamed."""
    wanted = {}
    for part in header[:LONGEST].lower().split(","):
        name, _semicolon, rest = part.partition(";")
        wanted[name.strip()] = _weight(rest)
    others = wanted.get("*", 0.0)
    weights = {encoding: wanted.get(encoding, others) for encoding in ENCODINGS}
    return tuple(sorted((each for each in ENCODINGS if weights[each] > 0), key=lambda each: -weights[each]))


def _weight(parameters: str) -> float:
    name, _equals, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
