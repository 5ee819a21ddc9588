"""Folding, words, and one alphabet read as another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.text import (
    distance,
    fold,
    is_cyrillic,
    romanian_from_cyrillic,
    russian_from_latin,
    words,
)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Pașaport", "pasaport"),
        ("Paşaport", "pasaport"),  # cedilla, as old keyboards write it
        ("ȚĂRÂNĂ", "tarana"),
        ("Ещё ёлка", "еще елка"),
        ("Йод", "йод"),  # й is a letter of its own
        ("ﬁșă", "fisa"),
        ("уда́рение", "ударение"),
        ("Straße", "strasse"),
    ],
)
def test_fold_takes_accents_and_case_away(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_words_are_letters_and_digits_only() -> None:
    assert words("Cum îmi-fac „A1”? e-mail: x@y.md & | !") == [
        "cum",
        "imi",
        "fac",
        "a1",
        "e",
        "mail",
        "x",
        "y",
        "md",
    ]


def test_words_stop_at_the_limit() -> None:
    assert words("unu doi trei", limit=2) == ["unu", "doi"]


@given(st.text())
def test_fold_is_stable_and_never_fails(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=40))
def test_transliteration_never_fails_nor_explodes(text: str) -> None:
    for word in words(text):
        assert len(russian_from_latin(word, limit=6)) <= 6
        assert len(romanian_from_cyrillic(word, limit=6)) <= 6


@pytest.mark.parametrize(
    ("latin", "russian"),
    [
        ("zagranpasport", "загранпаспорт"),
        ("pensiya", "пенсия"),
        ("pensia", "пенсия"),
        ("spravka", "справка"),
        ("grazhdanstvo", "гражданство"),
        ("viza", "виза"),
        ("pososobie", "посособие"),
        ("uchit", "учит"),
        ("shkola", "школа"),
    ],
)
def test_russian_in_latin_letters_is_read(latin: str, russian: str) -> None:
    assert russian in russian_from_latin(latin)


@pytest.mark.parametrize(
    ("cyrillic", "romanian"),
    [
        ("пашапорт", "pasaport"),
        ("четэцение", "cetatenie"),
        ("мункэ", "munca"),
        ("шкоалэ", "scoala"),
        ("ынтоарчере", "intoarcere"),
        ("пенсие", "pensie"),
        ("женералэ", "generala"),
    ],
)
def test_romanian_in_cyrillic_is_read(cyrillic: str, romanian: str) -> None:
    assert romanian in romanian_from_cyrillic(cyrillic)


def test_is_cyrillic_tells_the_alphabet() -> None:
    assert is_cyrillic("паспорт")
    assert not is_cyrillic("pasaport")


@pytest.mark.parametrize(
    ("left", "right", "edits"),
    [("pensie", "pensie", 0), ("pesnie", "pensie", 1), ("pasaprt", "pasaport", 1), ("pizza", "piata", 2)],
)
def test_distance_counts_edits(left: str, right: str, edits: int) -> None:
    assert distance(left, right, at_most=2) == edits


def test_distance_gives_up_beyond_its_limit() -> None:
    assert distance("pasaport", "grădiniță", at_most=2) == 3
    assert distance("a", "abcdef", at_most=2) == 3
