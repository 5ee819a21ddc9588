"""Facets as a reader sees them: words, counts, and the address that each value leads to."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from services.forms import SearchForm
from services.labels import Vocabulary
from services.search.types import FACETS, SearchResult

OPEN_AT_FIRST = ("phase", "category")


@dataclass(slots=True)
class Value:
    """One value of a facet."""

    facet: str
    code: str
    label: str
    count: int
    selected: bool
    url: str
    is_page: bool = False  # leads to a page of its own, not to a filter whose code would stand in the address
    children: list[Value] = field(default_factory=list)

    @property
    def has_selected_child(self) -> bool:
        """Whether one of its parts is chosen, so that the parts are shown."""
        return any(child.selected for child in self.children)


@dataclass(slots=True)
class Facet:
    """One group of filters."""

    name: str
    label: str
    values: list[Value]
    is_open: bool


def titles() -> dict[str, str]:
    """Headings of the facets, in the language in force."""
    return {
        "phase": _("Where you are"),
        "category": _("Topic"),
        "audience": _("For whom"),
        "country": _("Country"),
        "cost": _("Cost"),
        "mode": _("How to reach it"),
        "lang_spoken": _("Language spoken"),
        "district": _("District"),
        "sector": _("Who offers it"),
    }


def build(result: SearchResult, form: SearchForm, words: Vocabulary) -> list[Facet]:
    """The facets with at least one value to choose or one chosen, in a fixed order."""
    headings = titles()
    facets = []
    for name in FACETS:
        counts = {entry.code: entry.count for entry in result.facets.get(name, [])}
        chosen = form.filters.get(name, ())
        if values := _values(name, counts, chosen, form, words):
            facets.append(Facet(name, headings[name], values, bool(chosen) or name in OPEN_AT_FIRST))
    return facets


def _values(
    name: str, counts: dict[str, int], chosen: tuple[str, ...], form: SearchForm, words: Vocabulary
) -> list[Value]:
    order = words.order(name)
    codes = [code for code in order if counts.get(code) or code in chosen]
    codes += sorted(code for code in {*counts, *chosen} - set(order) if counts.get(code) or code in chosen)
    values = {
        code: Value(
            name, code, words.label(name, code), counts.get(code, 0), code in chosen, form.toggled(name, code)
        )
        for code in codes
    }
    if name != "category":
        return list(values.values())
    for code, address in words.sensitive.items():
        if code in values:
            values[code].url, values[code].is_page = address, True
    tops: list[Value] = []
    for code, value in values.items():
        parent = values.get(words.parents.get(code, ""))
        (tops if parent is None else parent.children).append(value)
    return tops


def chips(form: SearchForm, words: Vocabulary) -> list[dict[str, str]]:
    """The filters in force, each with the address that takes it away."""
    return [
        {"label": words.label(facet, code), "remove_url": form.toggled(facet, code)}
        for facet, codes in form.filters.items()
        for code in codes
    ]
