"""The administration speaks the language of its user's account, in every label."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.contrib.auth.models import Group
from django.forms import BaseForm
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.formats import date_format

from tests.factories.accounts import AdministratorFactory, sign_in

pytestmark = pytest.mark.django_db
SAME = {
    "e-mail",
    "status",
    "sector",
    "SMS",
    "URL",
    "ISO",
    "ID",
}  # words that are the same in two of the languages


def labels(language: str) -> dict[tuple[str, str], str]:
    """What stands over every column and beside every field, by model and name."""
    found = {}
    with translation.override(language):
        for model, model_admin in admin.site._registry.items():
            names = [*model_admin.list_display, *(field.name for field in model._meta.concrete_fields)]
            for name in names:
                if isinstance(name, str) and name not in ("action_checkbox", "__str__"):
                    found[model._meta.label, name] = str(label_for_field(name, model, model_admin))
    return found


@pytest.mark.parametrize("language", ["ro", "ru"])
def test_no_label_is_english(language: str) -> None:
    english, other = labels("en"), labels(language)
    shown = {
        (model, name): text
        for (model, name), text in other.items()
        if text == english[model, name] and name in _columns(model)
    }
    assert {place: text for place, text in shown.items() if text.lower() not in SAME} == {}


def _columns(label: str) -> set[str]:
    model_admin = next(one for model, one in admin.site._registry.items() if model._meta.label == label)
    return {name for name in model_admin.list_display if isinstance(name, str)}


@pytest.mark.parametrize(("language", "word"), [("ro", "Salvați"), ("ru", "Сохранить")])
def test_pages_are_in_the_language_of_the_account_whatever_the_browser_says(
    client: Client, language: str, word: str
) -> None:
    sign_in(client, AdministratorFactory.create(language=language))
    for address in (
        "/admin/",
        "/admin/services/service/",
        "/admin/accounts/user/",
        "/admin/services/service/add/",
    ):
        answer = client.get(address, headers={"Accept-Language": "en"})
        page = answer.content.decode()
        assert answer.status_code == 200
        assert answer["Content-Language"] == language
        assert f'lang="{language}"' in page
    assert word in page


def forms_shown() -> Iterator[BaseForm]:
    """Every form of the administration and of the rows beside its records, empty."""
    request = RequestFactory().get("/admin/")
    request.user = AdministratorFactory.create()
    for model, model_admin in admin.site._registry.items():
        yield model_admin.get_form(request, model(), change=True)()
        for inline in model_admin.get_inline_instances(request):
            yield inline.get_formset(request).form()


@pytest.mark.parametrize("language", ["ro", "ru"])
def test_labels_begin_with_a_capital_and_an_empty_choice_says_what_to_do(language: str) -> None:
    with translation.override(language):
        forms = list(forms_shown())
        labels = [str(bound.label) for form in forms for bound in form]
        assert len(labels) > 100
        assert [label for label in labels if label[:1].islower()] == []
        assert [bound.html_name for form in forms for bound in form if ">---" in str(bound)] == []


def test_months_are_small_in_romanian() -> None:
    with translation.override("ro"):
        months = [date_format(dt.date(2026, month, 1), "F") for month in range(1, 13)]
        assert months[0] == "ianuarie"
        assert [month for month in months if not month.islower()] == []
    with translation.override("ru"):
        assert date_format(dt.date(2026, 12, 1)) == "1 декабря 2026 г."


def test_groups_of_django_are_not_shown() -> None:
    assert Group not in admin.site._registry
