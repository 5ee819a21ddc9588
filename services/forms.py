"""The doors for input: what a reader searches for, and what a reader reports."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from common.forms import TextArea
from common.typed import lines
from services.models import Audience, CostType, ListingReport, Mode, Phase, Sector
from services.search.types import FACETS, MAX_QUERY_LENGTH, SORTS, SearchRequest

PER_PAGE = 20
MAX_PER_PAGE = 100
MAX_PAGE = 500  # further pages are asked for by machines only; the API has its own envelope
MAX_CODES = 20  # values of one facet that one address may carry
CODE = re.compile(r"^[A-Za-z0-9_-]{1,80}$")
CLOSED = {
    "phase": frozenset(Phase.values),
    "audience": frozenset(Audience.values),
    "cost": frozenset(CostType.values),
    "mode": frozenset(Mode.values),
    "sector": frozenset(Sector.values),
}


def clean_text(raw: str) -> str:
    """Text as typed, without control characters; never an error."""
    return "".join(sign if sign.isprintable() else " " for sign in raw).strip()


def _encoded(name: str, value: str | int | tuple[str, ...]) -> str:
    values = value if isinstance(value, tuple) else (value,)
    return urlencode([(name, str(each)) for each in values if each not in ("", 0)])


class SearchForm:
    """Reads an address's query leniently: what is unknown is left out, what is too far is brought back.

    Not a Django form, since nothing here may fail: a shared address must open for everyone.
    """

    READS = ("q", *FACETS, "sort", "page")

    def __init__(self, data: QueryDict, *, language: str, per_page: int = PER_PAGE) -> None:
        self.text = clean_text(data.get("q", ""))[: MAX_QUERY_LENGTH + 1]  # one more, so that it shows as cut
        self.filters = {
            facet: codes for facet in FACETS if (codes := self._codes(facet, data.getlist(facet)))
        }
        sort = data.get("sort", "")
        self.sort = sort if sort in SORTS else ""
        self.page = self._number(data.get("page", ""), highest=MAX_PAGE)
        self.language = language
        self.per_page = per_page

    @staticmethod
    def _codes(facet: str, raw: list[str]) -> tuple[str, ...]:
        known = CLOSED.get(facet)
        codes = dict.fromkeys(code for code in raw[: MAX_CODES * 4] if CODE.match(code))
        return tuple(code for code in codes if known is None or code in known)[:MAX_CODES]

    @staticmethod
    def _number(raw: str, *, highest: int) -> int:
        if not raw.isascii() or not raw.isdigit():
            return 1
        return min(max(int(raw[:9]), 1), highest)

    def request(self) -> SearchRequest:
        """The question for the search engine."""
        return SearchRequest(
            language=self.language,
            text=self.text,
            filters=self.filters,
            sort=self.sort or ("relevance" if self.text else "name"),
            page=self.page,
            per_page=self.per_page,
        )

    def address(self, **changes: Any) -> str:
        """Query string of this search with changes; an empty value takes a name away, page restarts at 1."""
        changed = {name: _encoded(name, value) for name, value in changes.items()}
        query = "&".join(filter(None, (self._encoded | changed).values()))
        return f"?{query}"

    @cached_property
    def _encoded(self) -> dict[str, str]:
        """This search's own part of an address, by name; a page of results has a hundred addresses."""
        chosen = {name: _encoded(name, tuple(codes)) for name, codes in self.filters.items()}
        return {"q": _encoded("q", self.text), **chosen, "sort": _encoded("sort", self.sort)}

    @staticmethod
    def address_of_text(text: str) -> str:
        """Query string of a search for these words alone."""
        return f"?{urlencode({'q': text})}" if text else "?"

    def toggled(self, facet: str, code: str) -> str:
        """Query string with one value of a facet added or taken away."""
        chosen = self.filters.get(facet, ())
        codes = tuple(old for old in chosen if old != code) if code in chosen else (*chosen, code)
        return self.address(**{facet: codes})


class ReportForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """What is wrong on a service's page; asks for nothing about the reader."""

    submission = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    class Meta:
        model = ListingReport
        fields = ("kind", "text")
        labels = {"kind": _("What is not right?"), "text": _("Tell us more, if you like")}
        help_texts = {"text": _("Please do not write names, phone numbers or other personal data.")}
        widgets = {"kind": forms.RadioSelect, "text": TextArea(attrs={"rows": 4})}
        error_messages = {"kind": {"required": _("Choose what is not right.")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = ListingReport.Kind.choices  # type: ignore[attr-defined]  # no empty choice

    def clean_text(self) -> str:
        """Visible signs."""
        return lines(self.cleaned_data["text"])
