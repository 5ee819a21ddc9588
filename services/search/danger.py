"""Words of danger: what somebody types who is beaten, held, exploited or cheated, or who sees a child in danger.

Such words must leave no trace: they go into no address, no count and no log (`services.views.search`). What is typed is
compared with the phrases of `danger.json`, so that neither database nor index is asked: letters without accents, endings
left open, a slip of the finger, Romanian in Cyrillic and Russian in Latin letters, the other layout of the keyboard.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from common.text import distance, is_cyrillic, other_layout, romanian_from_cyrillic, russian_from_latin, words

FILE = Path(__file__).parent / "danger.json"
MOST_WORDS = 120  # of a story; what comes later is not read
LONG = 7  # letters of a beginning from which one may be mistyped
SPELLINGS = 4  # of a word in the other alphabet
APART = 6  # places within which the words of a phrase stand

Phrase = tuple[str, ...]  # beginnings of words; one that ends in "=" is a whole word


@lru_cache(maxsize=1)
def phrases() -> list[tuple[str, Phrase]]:
    """Every phrase with the key of its topic in the catalogue, the first that fits counts; its words in any order."""
    content: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return [
        (entry["topic"], tuple(part + "=" * mark for part, mark in map(_part, line.split())))
        for entry in content
        for line in entry["say"]
    ]


def _part(word: str) -> tuple[str, bool]:
    """A word of the file as `common.text.words` writes it, and whether it is whole."""
    return words(word.rstrip("="))[0], word.endswith("=")


@lru_cache(maxsize=64)  # a page asks several times; the process forgets soon
def topic_of(text: str) -> str | None:
    """Key of the sensitive topic that the words of a text speak of, or "" for danger of no told kind; None for none."""
    found = (_topic_of(version) for version in (text, other_layout(text)))
    return next((topic for topic in found if topic is not None), None)


def _topic_of(text: str) -> str | None:
    typed = [_spellings(word) for word in words(text, limit=MOST_WORDS)]
    places: dict[str, list[int]] = {}  # of each part that was looked for
    return next((topic for topic, phrase in phrases() if _has(typed, phrase, places)), None)


def _spellings(word: str) -> list[str]:
    if is_cyrillic(word):
        return [word, *romanian_from_cyrillic(word, limit=SPELLINGS)]
    return [word, *russian_from_latin(word, limit=SPELLINGS)]


def _has(typed: list[list[str]], phrase: Phrase, places: dict[str, list[int]]) -> bool:
    """Whether all beginnings of a phrase stand near each other."""
    for part in phrase:
        if part not in places:
            places[part] = [i for i, word in enumerate(typed) if _begins(word, part)]
        if not places[part]:
            return False
    return any(
        all(any(abs(i - start) <= APART for i in places[part]) for part in phrase[1:])
        for start in places[phrase[0]]
    )


def _begins(spellings: list[str], part: str) -> bool:
    if part.endswith("="):
        return part[:-1] in spellings
    return any(word.startswith(part) or _is_slip(word, part) for word in spellings)


def _is_slip(word: str, part: str) -> bool:
    """Whether a long beginning was mistyped in one letter, not the first."""
    if len(part) < LONG or word[:1] != part[:1]:
        return False
    size = len(part)
    return any(distance(word[: size + more], part, at_most=1) <= 1 for more in (-1, 0, 1))
