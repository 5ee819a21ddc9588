"""Public holidays of Moldova by law (Labour Code, art. 111), with names in ro, ru and en; no input or output.

The days are those of the library `holidays`. What the catalogue's file says of a year wins: the action writes
a day only where none stands. Town days are fixed by local councils and extra days by the government: both
are closures that a person adds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import holidays

Names = tuple[str, str, str]
LANGUAGES = ("ro", "ru", "en")  # in the order of names
SUNDAY = 7  # ISO 8601
LIBRARY_LANGUAGES = ("ro", "en_US")  # it has no Russian

# The names of the catalogue's file, which a test holds against it.
FIXED: dict[tuple[int, int], Names] = {
    (1, 1): ("Anul Nou", "Новый год", "New Year’s Day"),
    (1, 7): ("Crăciunul pe stil vechi", "Рождество по старому стилю", "Christmas (old style)"),
    (1, 8): (
        "A doua zi de Crăciun pe stil vechi",
        "Второй день Рождества по старому стилю",
        "Second day of Christmas (old style)",
    ),
    (3, 8): ("Ziua Internațională a Femeii", "Международный женский день", "International Women’s Day"),
    (5, 1): ("Ziua Muncii", "День труда", "Labour Day"),
    (5, 9): ("Ziua Europei și Ziua Victoriei", "День Европы и День Победы", "Europe Day and Victory Day"),
    (6, 1): (
        "Ziua Internațională a Copilului",
        "Международный день защиты детей",
        "International Children’s Day",
    ),
    (8, 27): ("Ziua Independenței", "День независимости", "Independence Day"),
    (8, 31): ("Ziua Limbii Române", "День румынского языка", "Romanian Language Day"),
    (12, 25): ("Crăciunul pe stil nou", "Рождество по новому стилю", "Christmas (new style)"),
}
EASTER_SUNDAY: Names = ("Paștele ortodox", "Православная Пасха", "Orthodox Easter Sunday")
EASTER_MONDAY: Names = ("A doua zi de Paște", "Второй день Пасхи", "Orthodox Easter Monday")
MEMORIAL_DAY: Names = ("Paștele Blajinilor", "Родительский день (Пасха Блаженных)", "Memorial (Parents’) Day")


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day off by law and what it is called in each language."""

    on: dt.date
    names: dict[str, str]


def holidays_of(years: Iterable[int]) -> list[Holiday]:
    """The public holidays of some years, in order."""
    wanted = list(years)
    romanian, english = (
        holidays.country_holidays("MD", years=wanted, language=language) for language in LIBRARY_LANGUAGES
    )
    return [
        Holiday(on, dict(zip(LANGUAGES, _names(on, romanian[on], english[on]), strict=True)))
        for on in sorted(romanian)
    ]


def _names(on: dt.date, romanian: str, english: str) -> Names:
    """Our names for the day; a day that the law has got since this was written keeps the library's."""
    names = [FIXED[on.month, on.day]] if (on.month, on.day) in FIXED else []
    parts = romanian.casefold().split("; ")  # two holidays may fall on one day
    if "paștele" in parts:  # the library calls both days so
        names.append(EASTER_SUNDAY if on.isoweekday() == SUNDAY else EASTER_MONDAY)
    if "paștele blajinilor" in parts:
        names.append(MEMORIAL_DAY)
    if not names:
        return romanian, romanian, english  # without a Russian name the law's own language stands
    ro, ru, en = ("; ".join(texts) for texts in zip(*names, strict=True))
    return ro, ru, en
