"""Field shapes that several models of the catalogue share."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

NUMBERS = "services_address_number"  # the sequence, from 1001
LANGUAGES = ("ro", "ru", "en")
KEY_PATTERN = r"^[a-z0-9][a-z0-9_-]*$"
PARTIAL_DATE_PATTERN = r"^\d{4}(-\d{2}(-\d{2})?)?$"


def key_field() -> models.SlugField[str, str]:
    """The record's key in the data files, which is also its slug in addresses."""
    return models.SlugField(_("key"), max_length=80, unique=True, validators=[RegexValidator(KEY_PATTERN)])


def number_field() -> models.PositiveIntegerField[int, int]:
    """A short number of its own in addresses that must not tell what they are about; the database counts."""
    return models.PositiveIntegerField(
        _("number in addresses"),
        unique=True,
        editable=False,
        db_default=Func(Value(NUMBERS), function="nextval", output_field=models.IntegerField()),
    )


def code_array(
    label: Any, *, choices: list[tuple[str, Any]] | None = None, size: int = 24
) -> ArrayField[Any, Any]:
    """A set of codes; the database keeps it as `varchar[]`."""
    return ArrayField(
        models.CharField(max_length=size, choices=choices), verbose_name=label, default=list, blank=True
    )


def lines_field(label: Any, help_text: Any = "") -> ArrayField[Any, Any]:
    """An ordered list of short sentences, one column a language, all of the same length."""
    return ArrayField(models.TextField(), verbose_name=label, default=list, blank=True, help_text=help_text)


def source_fields() -> tuple[models.CharField[str, str], models.CharField[str, str]]:
    """Where a record's facts come from, and the date that the source shows (year, month or day)."""
    return (
        models.CharField(_("source"), max_length=500, blank=True),
        models.CharField(
            _("date of the source"),
            max_length=10,
            blank=True,
            validators=[RegexValidator(PARTIAL_DATE_PATTERN)],
        ),
    )


def known_codes(name: str, field: str, codes: list[str], *, required: bool) -> models.CheckConstraint:
    """Refuse a code that is not in the vocabulary and, where one is required, an empty set."""
    condition = Q(**{f"{field}__contained_by": codes})
    if required:
        condition &= Q(**{f"{field}__len__gt": 0})
    return models.CheckConstraint(condition=condition, name=name)


def same_length(name: str, field: str) -> models.CheckConstraint:
    """Refuse an ordered list whose languages differ in length: a step would have no translation."""

    def size(language: str) -> Func:
        return Func(F(f"{field}_{language}"), function="cardinality", output_field=models.IntegerField())

    return models.CheckConstraint(
        condition=Q(Exact(size("ro"), size("ru"))) & Q(Exact(size("ro"), size("en"))), name=name
    )


def translated_when_published(name: str, *fields: str) -> models.CheckConstraint:
    """Refuse a published record with a text missing in one of the three languages."""
    complete = Q()
    for field in fields:
        for language in LANGUAGES:
            column = f"{field}_{language}"  # NULL would pass a check, so it is named
            complete &= Q(**{f"{column}__isnull": False, f"{column}__regex": r"\S"})
    return models.CheckConstraint(condition=~Q(status="published") | complete, name=name)
