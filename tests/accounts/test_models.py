"""People: what the database refuses."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User, validate_time_zone
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


@pytest.mark.parametrize(
    ("constraint", "wrong", "right"),
    [
        ("accounts_user_email_lower_case", {"email": "Ana@example.com"}, {"email": "ana@example.com"}),
        ("accounts_user_handle_form", {"handle": "Ana M", "email": "a@example.com"}, {"handle": "ana_m"}),
        ("accounts_user_language_known", {"language": "uk"}, {"language": "ru"}),
    ],
)
def test_user_constraint_refuses_and_admits(constraint: str, wrong: Any, right: Any) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        UserFactory.create(**wrong)
    assert UserFactory.create(**right).pk


def test_an_email_belongs_to_one_person_whatever_its_case() -> None:
    User.objects.create_user("Ana@Example.com", handle="ana")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("ana@example.com", handle="ana2")
    assert User.objects.get_by_natural_key("ANA@example.com").handle == "ana"


def test_a_user_without_a_password_cannot_sign_in_by_one() -> None:
    assert not User.objects.create_user("x@example.com", handle="xxx").has_usable_password()
    assert User.objects.create_superuser("y@example.com", "geheim-und-lang", handle="yyy").is_superuser


def test_time_zones_are_those_of_iana() -> None:
    validate_time_zone("Europe/Rome")
    with pytest.raises(ValidationError):
        validate_time_zone("Europe/Cahul")
