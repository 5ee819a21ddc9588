"""One record of a file: hands out clean values and notes what is wrong with the others."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator

from services.loading.problems import Problems
from services.models.fields import LANGUAGES, PARTIAL_DATE_PATTERN

CEDILLA = re.compile("[şţŞŢ]")  # Romanian is written with a comma below: ș ț
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # and halves of a character
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
GENERAL_KNOWLEDGE = "general knowledge"
is_url = URLValidator(schemes=["http", "https"])
is_email = EmailValidator()


class Record:
    """A mapping from a file with the words to say where it stands."""

    def __init__(
        self, raw: Any, *, file: str, number: int, problems: Problems, key: str | None = None
    ) -> None:
        self.raw: dict[str, Any] = raw if isinstance(raw, dict) else {}
        self.file = file
        self.problems = problems
        given = self.raw.get("key") if key is None else key
        self.key = given if isinstance(given, str) and given and not CONTROL.search(given) else f"#{number}"
        if not isinstance(raw, dict):
            self.wrong("", "is not an object")

    def check_letters(self) -> None:
        """Note letters that must stand nowhere in the record, not in its unnamed parts either."""
        waiting: list[tuple[str, Any]] = [("", self.raw)]
        while waiting:  # not recursion: the depth is the file's
            path, value = waiting.pop()
            if isinstance(value, dict):
                waiting += [(f"{path}.{name}" if path else str(name), part) for name, part in value.items()]
                waiting += [(f"{path}{{}}", name) for name in value]
            elif isinstance(value, list):
                waiting += [(f"{path}[{number}]", part) for number, part in enumerate(value)]
            elif isinstance(value, str):
                if CONTROL.search(value):
                    self.wrong(path, "has a control character")
                if CEDILLA.search(value):
                    self.wrong(path, "has a cedilla letter (ş ţ) instead of a comma-below one (ș ț)")

    def wrong(self, name: str, text: str) -> None:
        """Note a fault of a field."""
        self.problems.add(self.file, self.key, name, text)

    def within(self, raw: Any, name: str, number: int) -> Record:
        """A record inside this one, for example a step of a journey."""
        return Record(
            raw, file=self.file, number=number, problems=self.problems, key=f"{self.key}.{name}[{number}]"
        )

    def _clean(self, name: str, value: Any, longest: int) -> str:
        if not isinstance(value, str):
            self.wrong(name, f"is {type(value).__name__}, not text")
            return ""
        if len(value.strip()) > longest:
            self.wrong(name, f"is longer than {longest} characters")
        return "" if CONTROL.search(value) else value.strip()  # check_letters names it

    def text(self, name: str, *, required: bool = False, longest: int = 20_000) -> str:
        """Text in one language or in none; empty when it is null."""
        value = self.raw.get(name)
        if value is None or value == "":
            if required:
                self.wrong(name, "is missing")
            return ""
        return self._clean(name, value, longest)

    def translated(self, name: str, *, required: bool = True, longest: int = 20_000) -> dict[str, str]:
        """The three columns of a translated field."""
        value = self.raw.get(name)
        if value is None and not required:
            return {f"{name}_{language}": "" for language in LANGUAGES}
        return self.translations(name, value, name, required=required, longest=longest)

    def translations(
        self, name: str, value: Any, column: str, *, required: bool = True, longest: int = 20_000
    ) -> dict[str, str]:
        """Columns from an object of three languages, wherever it stood."""
        if not isinstance(value, dict):
            self.wrong(name, "is missing" if value is None else "is not an object of ro, ru and en")
            return {f"{column}_{language}": "" for language in LANGUAGES}
        texts = {}
        for language in LANGUAGES:
            words = value.get(language)
            if words is None or (isinstance(words, str) and not words.strip()):
                if required:
                    self.wrong(name, f"missing translation: {language}")
                texts[f"{column}_{language}"] = ""
            else:
                texts[f"{column}_{language}"] = self._clean(f"{name}.{language}", words, longest)
        return texts

    def translated_lines(self, name: str, column: str = "") -> dict[str, list[str]]:
        """The three columns of an ordered list; all of the same length."""
        value = self.raw.get(name)
        lists: dict[str, list[str]] = {}
        for language in LANGUAGES:
            lines = value.get(language) if isinstance(value, dict) else None
            if not isinstance(lines, list):
                self.wrong(name, f"missing translation: {language}")
                lines = []
            lists[language] = [
                self._clean(f"{name}.{language}[{number}]", line, 1000) for number, line in enumerate(lines)
            ]
        if len({len(lines) for lines in lists.values()}) > 1:
            sizes = ", ".join(f"{language} {len(lines)}" for language, lines in lists.items())
            self.wrong(name, f"lists of unequal length: {sizes}")
        return {f"{column or name}_{language}": lines for language, lines in lists.items()}

    def lines(self, name: str, longest: int = 500) -> list[str]:
        """An ordered list of sentences in no particular language; empty when it is null."""
        return [
            self._clean(f"{name}[{number}]", line, longest) for number, line in enumerate(self._list(name))
        ]

    def _list(self, name: str) -> list[Any]:
        """What stands in a list; nothing when it is null or none."""
        value = self.raw.get(name)
        if value is not None and not isinstance(value, list):
            self.wrong(name, "is not a list")
        return value if isinstance(value, list) else []

    def code(self, name: str, known: Collection[str], *, required: bool = True) -> str:
        """One code of a vocabulary, or a reference to another record."""
        value = self.raw.get(name)
        if value is None and not required:
            return ""
        if not isinstance(value, str) or value not in known:
            self.wrong(name, f"unknown: {shown(value)}" if value is not None else "is missing")
            return ""
        return value

    def codes(self, name: str, known: Collection[str], *, required: bool = False) -> list[str]:
        """A set of codes, in the file's order, each once."""
        value = self.raw.get(name)
        if value is None:
            value = []
        if not isinstance(value, list):
            self.wrong(name, "is not a list")
            return []
        for code in value:
            if not isinstance(code, str) or code not in known:
                self.wrong(name, f"unknown: {shown(code)}")
        if required and not value:
            self.wrong(name, "is empty")
        return list(dict.fromkeys(code for code in value if isinstance(code, str) and code in known))

    def url(self, name: str, *, longest: int = 500) -> str:
        """An http or https address."""
        value = self.text(name, longest=longest)
        if value:
            try:
                is_url(value)
            except ValidationError:
                self.wrong(name, f"bad address: {shown(value)}")
        return value

    def email(self, name: str) -> str:
        """An e-mail address."""
        value = self.text(name, longest=254)
        if value:
            try:
                is_email(value)
            except ValidationError:
                self.wrong(name, f"bad e-mail: {shown(value)}")
        return value

    def source(self) -> str:
        """Where the facts come from: an address (words may follow it), or words that begin as the README says."""
        value = self.text("source", required=True, longest=500)
        if value and not value.startswith((GENERAL_KNOWLEDGE, "own")):
            try:
                is_url(value.split(" ", 1)[0])
            except ValidationError:
                self.wrong("source", f"bad address: {shown(value)}")
        return value

    def date(self, name: str) -> dt.date | None:
        """A day, or none."""
        value = self.raw.get(name)
        if value is None:
            return None
        day = first_day(value) if isinstance(value, str) and DAY.fullmatch(value) else None
        if day is None:
            self.wrong(name, f"bad date: {shown(value)}")
        return day

    def partial_date(self, name: str) -> str:
        """A year, month or day as the source shows it."""
        value = self.text(name, longest=10)
        if value and (not re.fullmatch(PARTIAL_DATE_PATTERN, value, re.ASCII) or first_day(value) is None):
            self.wrong(name, f"bad date: {shown(value)}")
            return ""
        return value

    def whole(self, name: str, *, required: bool = True, highest: int = 32_767) -> int | None:
        """A whole number, not negative, at most the highest (by default what a short column holds)."""
        value = self.raw.get(name)
        if value is None and not required:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= highest:
            self.wrong(name, f"is not a whole number from 0 to {highest}: {shown(value)}")
            return None
        return value

    def flag(self, name: str) -> bool:
        """Yes or no; no when it is not there."""
        value = self.raw.get(name, False)
        if not isinstance(value, bool):
            self.wrong(name, f"is neither true nor false: {shown(value)}")
        return value is True

    def mapping(self, name: str) -> dict[str, Any]:
        """An object, empty when it is not one."""
        value = self.raw.get(name)
        if not isinstance(value, dict):
            self.wrong(name, "is missing" if value is None else "is not an object")
            return {}
        return value

    def objects(self, name: str) -> list[dict[str, Any]]:
        """A list of objects, kept as they are; none when it is not there."""
        value = self.raw.get(name)
        if value is not None and not (isinstance(value, list) and all(isinstance(v, dict) for v in value)):
            self.wrong(name, "is not a list of objects")
            return []
        return value or []

    def words(self, name: str, pattern: str, longest: int) -> list[str]:
        """A list of short words that have a form, each once."""
        value = self._list(name)
        for word in value:
            if not isinstance(word, str) or len(word) > longest or not re.fullmatch(pattern, word):
                self.wrong(name, f"unknown: {shown(word)}")
        return list(dict.fromkeys(word for word in value if isinstance(word, str)))

    def decimal(self, name: str, places: int, *, below: int) -> Decimal | None:
        """A number, rounded to so many places, nearer to zero than the limit."""
        value = self.raw.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < below:
            self.wrong(name, f"is not a number below {below}: {shown(value)}")
            return None
        return Decimal(str(value)).quantize(Decimal(1).scaleb(-places))


@cache
def time_zones() -> frozenset[str]:
    """Names of the IANA time zones; looked up once, because that reads the whole database from the disk."""
    return frozenset(available_timezones())


def shown(value: Any) -> str:
    """A value as a fault quotes it: not longer than a line."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


def first_day(partial: str) -> dt.date | None:
    """The earliest day that a partial date may mean; None when there is no such day."""
    parts = [int(part) for part in partial.split("-")]
    try:
        return dt.date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)
    except ValueError:
        return None
