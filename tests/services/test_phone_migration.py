"""Telephones of an installation of before come into their stored form, and the loader takes them for its own."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from services.models import Category, Phone
from tests.factories import services as make

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
CONSTRAINTS = ("services_phone_number_form", "services_phone_rings_as_it_can")


@pytest.fixture
def as_before() -> Any:
    """The table without the rules that came with the migration."""
    with connection.cursor() as cursor:
        for name in CONSTRAINTS:
            cursor.execute(f"ALTER TABLE services_phone DROP CONSTRAINT {name}")


@pytest.mark.parametrize(
    ("number", "note", "kept"),
    [
        ("022 250-494", "", ("+37322250494", "anywhere", "")),
        ("+373 22 23 33 09", "de peste hotare", ("+37322233309", "abroad", "")),
        ("0 8000 1000", "gratuit din Moldova", ("+37380001000", "moldova", "gratuit")),
        ("0 800 99999", "Info CNAM", ("+37380099999", "moldova", "Info CNAM")),
        ("116 111", "", ("116111", "moldova", "")),
    ],
)
def test_old_numbers_are_stored_anew(
    as_before: None, number: str, note: str, kept: tuple[str, str, str]
) -> None:
    phone = make.PhoneFactory.create(number="+37322000000")
    Phone.objects.filter(pk=phone.pk).update(number=number, note=note, note_ro=note)
    import_module("services.migrations.0005_sensitive_topics_and_phones").numbers_as_stored(apps, None)
    phone.refresh_from_db()
    assert (phone.number, phone.rings_from, phone.note_ro) == kept


def test_what_is_no_number_goes_to_the_note(as_before: None) -> None:
    phone = make.PhoneFactory.create(number="+37322000000", position=0)
    other = make.PhoneFactory.create(provider=phone.provider, number="+37322000001", position=1)
    texts = ("022 111 222 333 444 555 666", "12-")
    for row, text in zip((phone, other), texts, strict=True):
        Phone.objects.filter(pk=row.pk).update(number=text)
    import_module("services.migrations.0005_sensitive_topics_and_phones").numbers_as_stored(apps, None)
    assert not Phone.objects.filter(pk__in=[phone.pk, other.pk]).exists()
    provider = type(phone.provider).objects.get(pk=phone.provider.pk)
    assert all(text in provider.note for text in texts)


def test_the_topics_of_danger_are_marked() -> None:
    make.CategoryFactory.create(key="lg_violence", parent=None)
    import_module("services.migrations.0005_sensitive_topics_and_phones").numbers_as_stored(apps, None)
    assert Category.objects.get(key="lg_violence").is_sensitive
