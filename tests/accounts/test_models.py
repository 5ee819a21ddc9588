"""What the tables of accounts refuse, and the neighbour that they admit."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import (
    AuditEntry,
    Consent,
    DataExport,
    RoleGrant,
    RoleInvitation,
    User,
    validate_time_zone,
)
from tests.factories.accounts import AdministratorFactory, CuratorFactory, UserFactory

pytestmark = pytest.mark.django_db


def refused(change: Any) -> bool:
    """Whether the database refuses a write."""
    try:
        with transaction.atomic():
            change()
    except (IntegrityError, DataError):
        return True
    return False


def test_an_address_is_one_account_whatever_its_case() -> None:
    User.objects.create_user("Ana@Example.com", handle="ana")
    assert User.objects.get().email == "ana@example.com"
    assert refused(lambda: User.objects.create_user("ANA@example.COM", handle="other"))
    assert refused(lambda: User(email="B@example.com", handle="bbb").save())
    assert not refused(lambda: User.objects.create_user("b@example.com", handle="bbb"))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Ionel", "lonel"),  # capital i, small L
        ("serban", "Șerban"),
        ("ana_maria", "Ana-Maria"),
        ("copac", "сорас"),  # Latin, Cyrillic
        ("mama", "rnama"),
        ("zorile0", "zorileo"),
        ("ёлка", "елка"),
    ],
)
def test_a_handle_that_looks_like_another_is_refused(first: str, second: str) -> None:
    UserFactory.create(handle=first, email="one@example.com")
    assert refused(lambda: UserFactory.create(handle=second, email="two@example.com"))
    assert User.objects.looking_like(second).exists()


@pytest.mark.parametrize(
    ("first", "second"), [("ionel", "ionela"), ("мария", "марина"), ("cocor-1", "cocor-3")]
)
def test_handles_that_differ_are_admitted(first: str, second: str) -> None:
    UserFactory.create(handle=first, email="one@example.com")
    assert not refused(lambda: UserFactory.create(handle=second, email="two@example.com"))


@pytest.mark.parametrize("handle", ["ab", "a" * 25, "1abc", "a b c", "анa1", "ana мария", "", "a😀cd"])
def test_a_handle_of_the_wrong_form_is_refused(handle: str) -> None:
    assert refused(lambda: UserFactory.create(handle=handle, email="one@example.com"))


@pytest.mark.parametrize("handle", ["abc", "a" * 24, "Ștefan_cel-mic.2", "Мария", "Ёж1"])
def test_a_handle_of_the_right_form_is_admitted(handle: str) -> None:
    assert not refused(lambda: UserFactory.create(handle=handle, email="one@example.com"))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ({"phone": "060123456"}, {"phone": "+37360123456"}),
        ({"country": "it"}, {"country": "IT"}),
        ({"language": "de"}, {"language": "ru"}),
        ({"erased_at": timezone.now()}, {"erased_at": timezone.now(), "is_active": False}),
    ],
)
def test_a_user_row_keeps_its_rules(wrong: dict[str, Any], right: dict[str, Any]) -> None:
    assert refused(lambda: UserFactory.create(**wrong))
    assert not refused(lambda: UserFactory.create(**right))


def test_time_zones_are_those_of_iana() -> None:
    validate_time_zone("Europe/Rome")
    with pytest.raises(ValidationError):
        validate_time_zone("Europe/Bologna")


def test_people_are_found_by_address_of_any_case() -> None:
    ana = UserFactory.create(email="ana@example.com")
    assert User.objects.get_by_natural_key("ANA@example.com") == ana
    assert AdministratorFactory.create().is_office
    assert not ana.is_office


def test_a_role_is_given_once_and_bound_where_it_must_be() -> None:
    ana = UserFactory.create()
    RoleGrant.objects.create(user=ana, role="curator")
    assert refused(lambda: RoleGrant.objects.create(user=ana, role="curator"))
    assert refused(lambda: RoleGrant.objects.create(user=ana, role="counsellor"))
    assert not refused(
        lambda: RoleGrant.objects.create(user=ana, role="counsellor", scopes={"shopfront": ["cahul"]})
    )


def test_an_invitation_expires_has_a_reason_and_one_end() -> None:
    now = timezone.now()
    good: dict[str, Any] = {
        "email": "ana@example.com",
        "role": "curator",
        "reason": "new colleague",
        "token_hash": "0" * 64,
        "invited_at": now,
        "expires_at": now + dt.timedelta(days=7),
    }
    for wrong in ({"expires_at": now}, {"reason": ""}, {"accepted_at": now, "withdrawn_at": now}):
        assert refused(lambda wrong=wrong: RoleInvitation.objects.create(**good | wrong))
    assert not refused(lambda: RoleInvitation.objects.create(**good))
    assert refused(lambda: RoleInvitation.objects.create(**good))  # the same token


def test_a_consent_is_in_force_once() -> None:
    ana = UserFactory.create()
    old = Consent.objects.create(user=ana, purpose="sms", wording="1")
    assert refused(lambda: Consent.objects.create(user=ana, purpose="sms", wording="1"))
    Consent.objects.filter(pk=old.pk).update(withdrawn_at=timezone.now())
    assert not refused(lambda: Consent.objects.create(user=ana, purpose="sms", wording="1"))


def test_one_copy_is_made_at_a_time_and_a_ready_one_expires() -> None:
    ana, now = UserFactory.create(), timezone.now()
    DataExport.objects.create(user=ana)
    assert refused(lambda: DataExport.objects.create(user=ana))
    assert refused(lambda: DataExport.objects.create(user=ana, status="ready"))
    assert not refused(
        lambda: DataExport.objects.create(user=ana, status="ready", made_at=now, expires_at=now)
    )


def refused_by_the_log(statement: str) -> bool:
    """Whether a statement fails at the log's triggers."""
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    return True


def test_the_log_cannot_be_changed() -> None:
    assert refused_by_the_log("TRUNCATE accounts_auditentry")
    AuditEntry.objects.create(deed="role_granted", reason="test", subject=CuratorFactory.create())
    assert refused_by_the_log("UPDATE accounts_auditentry SET reason = 'another'")
    assert refused_by_the_log("DELETE FROM accounts_auditentry")
    assert AuditEntry.objects.filter(reason="test").exists()


def test_an_entry_of_the_log_has_a_reason() -> None:
    assert refused(lambda: AuditEntry.objects.create(deed="role_granted", reason=""))
    assert not refused(lambda: AuditEntry.objects.create(deed="role_granted", reason="test"))
