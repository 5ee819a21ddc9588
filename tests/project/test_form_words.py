"""Words of forms, all of them: lines count once, and no choice is a row of dashes."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation

from common.forms import TextArea

APPS = ("accounts", "common", "counselling", "notifications", "portal", "services", "shopfronts")
DASHES = "---------"
# Their constructors give these fields choices of their own; what a person sees there is tested on their pages.
MADE_ANEW = {"ProfileForm.country", "ProfileForm.phase", "ProfileForm.time_zone", "DeviceForm.kind", "ReportForm.kind",
    "ShiftForm.counsellor", "ShiftForm.weekday",
}  # fmt: skip


def product_forms() -> Iterator[type[forms.BaseForm]]:
    """Every form that our modules define, but those of the administration."""
    for app in APPS:
        package = importlib.import_module(app)
        for found in pkgutil.walk_packages(package.__path__, f"{app}."):
            if "forms" in found.name and "admin" not in found.name:
                importlib.import_module(found.name)
    waiting = [forms.BaseForm]
    while waiting:
        for form in waiting.pop().__subclasses__():
            waiting.append(form)
            if form.__module__.split(".")[0] in APPS and "admin" not in form.__module__:
                yield form


def fields() -> list[tuple[str, forms.Field]]:
    """Name and field, of every form."""
    return sorted(
        {
            f"{form.__name__}.{name}": field
            for form in product_forms()
            for name, field in getattr(form, "base_fields", {}).items()
        }.items()
    )


def test_a_line_s_end_counts_once_wherever_there_is_a_limit() -> None:
    texts = {name: field for name, field in fields() if isinstance(field.widget, forms.Textarea)}
    assert len(texts) >= 3
    assert [name for name, field in texts.items() if not isinstance(field.widget, TextArea)] == []


@pytest.mark.parametrize("lines", [1, 10])
def test_a_text_of_the_length_that_the_browser_allows_is_taken(lines: int) -> None:
    field = forms.CharField(max_length=500, widget=TextArea)
    typed = "\r\n" * lines + "a" * (500 - lines)
    value = field.widget.value_from_datadict(QueryDict(mutable=True) | {"note": typed}, {}, "note")
    assert len(field.clean(value)) <= 500


def empty_words(field: forms.Field) -> list[str]:
    """What stands for no choice."""
    if isinstance(field, forms.ModelChoiceField):
        return [str(field.empty_label)]
    return [str(label) for _value, label in field.choices] if isinstance(field, forms.ChoiceField) else []


def test_no_choice_is_a_row_of_dashes() -> None:
    assert [name for name, field in fields() if DASHES in empty_words(field) and name not in MADE_ANEW] == []


@pytest.mark.parametrize("language", ["ro", "ru", "en"])
def test_what_is_left_empty_is_named_in_every_form(language: str) -> None:
    nameless = []
    with translation.override(language):
        for form in product_forms():
            for name, field in getattr(form, "base_fields", {}).items():
                if not field.required or not field.label:  # without a label no person fills it in
                    continue
                one = type("One", (forms.Form,), {name: field})({})
                said = render_to_string("common/forms/errors.html", {"field": one[name]})
                if str(forms.Field.default_error_messages["required"]) in said:
                    nameless.append(f"{form.__name__}.{name}")
        one = type("One", (forms.Form,), {"a": forms.CharField(label="Xyz")})({})
        assert "Xyz" in render_to_string("common/forms/form.html", one.get_context()).split("</ul>")[0]
    assert nameless == []
