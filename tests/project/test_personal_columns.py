"""Every column in which something about a person may stand is known as such, or known to hold no such thing."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts import personal_data
from accounts.models import Consent

OURS = {"accounts", "notifications", "counselling"}  # `common` holds numbers and names of the product alone
LIBRARIES = {"account", "mfa", "socialaccount", "usersessions", "sessions", "admin"}
SENT_IN = {"services.ListingReport"}  # all else of services and shopfronts is written for everybody to read
TEXTS = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.BinaryField,
    models.GenericIPAddressField,
)


def texts_of(model: type[models.Model]) -> set[str]:
    """Columns into which a text may be typed; what has choices or is derived is none."""
    return {
        field.name
        for field in model._meta.concrete_fields
        if not field.is_relation
        and not field.choices
        and not isinstance(field, models.GeneratedField)
        and isinstance(field.base_field if isinstance(field, ArrayField) else field, TEXTS)
        and not (isinstance(field, ArrayField) and field.base_field.choices)
    }


def in_question() -> list[type[models.Model]]:
    """Models in which something about people may stand."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in OURS | LIBRARIES or model._meta.label in SENT_IN
    ]


def test_every_text_column_is_judged() -> None:
    judged = personal_data.columns()
    missing = {}
    for model in in_question():
        known = judged[model].personal | judged[model].plain if model in judged else frozenset()
        if left := texts_of(model) - known:
            missing[model._meta.label] = sorted(left)
    assert not missing, "\n".join(f"{label}: {names}" for label, names in missing.items())


def test_every_judgement_is_of_a_column_and_one_alone() -> None:
    for model, judged in personal_data.columns().items():
        assert judged.personal & judged.plain == set(), model
        assert judged.personal | judged.plain <= {field.name for field in model._meta.concrete_fields}, model


def test_the_test_above_would_see_a_forgotten_column() -> None:
    assert {"override_reason", "name", "note_sealed"} <= texts_of(apps.get_model("counselling.Appointment"))
    assert len(in_question()) > 30
    with pytest.raises(ValueError, match="twice"):
        personal_data.register_columns(Consent)
