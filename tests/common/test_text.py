"""Text as people type it: what counts as the same word, and one alphabet read as another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.text import (
    distance,
    fold,
    is_cyrillic,
    other_layout,
    romanian_from_cyrillic,
    russian_from_latin,
    sort_key,
    words,
)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Pașaport", "pasaport"),
        ("Pa\u015faport", "pasaport"),  # the old cedilla
        ("PAS\u0326APORT", "pasaport"),  # the comma as a mark of its own
        ("înmatriculării", "inmatricularii"),
        ("țară", "tara"),
        ("Ещё", "еще"),
        ("йод", "йод"),  # й is no и with a mark
        ("Straße", "strasse"),
        ("ﬁrmă", "firma"),
        ("buletin\u00ad\u200bul", "buletinul"),
        ("по́мощь", "помощь"),
        ("ȚĂRÂNĂ", "tarana"),
    ],
)
def test_spellings_of_one_word_fold_to_the_same(typed: str, folded: str) -> None:
    """Case, marks, ligatures and invisible signs make no difference; letters of their own do."""
    assert fold(typed) == folded


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    """Whatever is pasted, the engine and the database see one and the same form."""
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=200))
def test_words_hold_letters_and_digits_only(text: str) -> None:
    """Neither quotes, nor operators, nor NUL, nor an underscore come out of a query."""
    assert all(word and all(sign.isalnum() for sign in word) for word in words(text))


def test_words_are_cut_at_signs_and_limited() -> None:
    """A hyphen, a plus and quotes part words; the limit keeps the first ones."""
    assert words("„mi-au” luat PARE 1+2\x00!") == ["mi", "au", "luat", "pare", "1", "2"]
    assert words("unu doi trei", limit=2) == ["unu", "doi"]
    assert words("' & | ! :* <->") == []


def test_cyrillic_is_told_by_a_single_letter() -> None:
    """A word with one Cyrillic letter among Latin ones counts as Cyrillic."""
    assert is_cyrillic("пенсия")
    assert is_cyrillic("грaнт")  # the a is Latin
    assert not is_cyrillic("pensiya")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("zagranpasport", "загранпаспорт"),
        ("pensiya", "пенсия"),
        ("pensija", "пенсия"),
        ("pensia", "пенсия"),
        ("italii", "италии"),
        ("spravka", "справка"),
        ("nesudimosti", "несудимости"),
        ("doverennost", "доверенность"),
        ("voditelskie", "водительские"),
        ("jitelstvo", "жительство"),
        ("grazhdanstvo", "гражданство"),
        ("bezrabotniy", "безработный"),
        ("vipiska", "выписка"),
        ("viyezd", "выезд"),
        ("posobiye", "пособие"),
        ("shkola", "школа"),
        ("xochu", "хочу"),
        ("khochu", "хочу"),
        ("rabota", "работа"),
        ("viza", "виза"),
        ("uchit", "учит"),
        ("alimenty", "алименты"),
        ("svidetelstvo", "свидетельство"),
        ("yurist", "юрист"),
        ("jurist", "юрист"),
        ("zaschita", "защита"),
        ("4astnoe", "частное"),
    ],
)
def test_russian_in_latin_letters_is_read(typed: str, meant: str) -> None:
    """Each of the ways in which people spell Russian without a Russian keyboard."""
    assert meant in russian_from_latin(fold(typed))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("пашапорт", "pasaport"),
        ("пенсие", "pensie"),
        ("дин", "din"),
        ("пермис", "permis"),
        ("кондучере", "conducere"),
        ("булетин", "buletin"),
        ("грэдиницэ", "gradinita"),
        ("шедере", "sedere"),
        ("чертификат", "certificat"),
        ("нащере", "nastere"),
        ("прокурэ", "procura"),
        ("апостилэ", "apostila"),
        ("ӂермания", "germania"),
        ("джермания", "germania"),
        ("вызэ", "viza"),
        ("кетэцение", "cetatenie"),
        ("четэцение", "cetatenie"),
        ("мункэ", "munca"),
        ("шкоалэ", "scoala"),
        ("ынтоарчере", "intoarcere"),
        ("женералэ", "generala"),
        ("индемнизацие", "indemnizatie"),
    ],
)
def test_romanian_in_cyrillic_letters_is_read(typed: str, meant: str) -> None:
    """The Moldovan alphabet, and Romanian typed on a Russian keyboard."""
    assert meant in romanian_from_cyrillic(fold(typed))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Gfcgjhn", "паспорт"),
        ("j,hfpjdfybt", "образование"),
        ("ghj;bdfybt", "проживание"),
        ("зфыфзщке", "pasaport"),
        ("фжхъэ", "așăîț"),
        ("așăîț", "фжхъэ"),
        ("", ""),
    ],
)
def test_the_other_layout_of_the_keyboard_is_read(typed: str, meant: str) -> None:
    """Russian typed on Latin keys, with letters on the signs, and Romanian or English on Russian ones."""
    assert other_layout(typed) == meant


@given(
    st.one_of(st.text(max_size=40), st.text(alphabet="abcehijklnostuvyгдекийчшьыэюяж", max_size=80)),
    st.integers(1, 8),
)
def test_readings_stay_few(word: str, limit: int) -> None:
    """However long or odd the word, no more readings than asked for, and none twice."""
    for readings in (russian_from_latin(word, limit=limit), romanian_from_cyrillic(word, limit=limit)):
        assert 1 <= len(readings) <= limit
        assert len(set(readings)) == len(readings)


@pytest.mark.parametrize(
    ("left", "right", "edits"),
    [
        ("pasaport", "pasaport", 0),
        ("pasaprot", "pasaport", 1),  # two neighbours swapped
        ("pasport", "pasaport", 1),
        ("procra", "procura", 1),
        ("apostle", "apostila", 2),
        ("pensie", "permis", 3),  # three is the most that is told: "more than two"
        ("a", "abcdef", 3),
        ("pizza", "piata", 2),
        ("", "ab", 2),
    ],
)
def test_distance_counts_slips_of_the_finger(left: str, right: str, edits: int) -> None:
    """A letter too many, too few, another one, or two swapped; beyond two it only says so."""
    assert distance(left, right, at_most=2) == edits
    assert distance(right, left, at_most=2) == edits


def test_lists_stand_in_the_order_of_the_alphabet() -> None:
    """Romanian ă â î ș ț are letters after their plain ones; in Russian ё goes with е and й after и."""
    towns = ["Ștefan Vodă", "Taraclia", "Șoldănești", "Strășeni", "Soroca", "Sîngerei", "Telenești", "Țîra"]
    ordered = ["Sîngerei", "Soroca", "Strășeni", "Șoldănești", "Ștefan Vodă", "Taraclia", "Telenești", "Țîra"]
    assert sorted(towns, key=sort_key) == ordered
    assert sorted(["ямы", "ёлка", "ель", "йод", "ива", "ежи"], key=sort_key) == [
        "ежи",
        "ёлка",
        "ель",
        "ива",
        "йод",
        "ямы",
    ]
    assert sorted(["zebra", "Apple", "apple", "banana"], key=sort_key) == [
        "Apple",
        "apple",
        "banana",
        "zebra",
    ]


def test_old_cedillas_sort_as_the_letters_they_stand_for() -> None:
    """A name typed with the old cedilla does not fall out of its place."""
    cedilla = "\u015eoi"
    assert sorted(["Ti", cedilla, "Soroca", "Șoldan"], key=sort_key) == ["Soroca", cedilla, "Șoldan", "Ti"]
