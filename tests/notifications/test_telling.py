"""Accounts speak through the outbox."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.telling import tell
from notifications.delivery import sending
from notifications.models import Contact, Delivery, Notification
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
CODE = {"code": "493817", "minutes": 10}


def test_account_is_told_at_its_own_address(mailoutbox: list[Any]) -> None:
    user = UserFactory(language="ru")
    tell(kind="accounts.sign_in_code", user=user, email=user.email.upper(), context=CODE, dedupe_key="x")
    assert Notification.objects.get().user == user
    sending.deliver_due(seconds=5)
    assert mailoutbox[0].to == [user.email]


def test_new_address_of_an_account_is_a_contact_in_its_language(mailoutbox: list[Any]) -> None:
    user = UserFactory(language="ru")
    tell(kind="accounts.confirm_email_code", user=user, email="New@example.com", context=CODE, dedupe_key="x")
    contact = Contact.objects.get()
    assert (contact.email, contact.language) == ("new@example.com", "ru")
    sending.deliver_due(seconds=5)
    assert mailoutbox[0].to == ["new@example.com"]


def test_stranger_is_written_to_in_the_language_of_the_page(mailoutbox: list[Any]) -> None:
    tell(kind="accounts.unknown_account", email="who@example.com", language="en", dedupe_key="x")
    sending.deliver_due(seconds=5)
    assert mailoutbox[0].subject == "There is no account with this address"


def test_number_gets_its_code_and_is_no_consent_to_more(sms_gateway: Any) -> None:
    tell(kind="accounts.phone_code", phone="+37360123456", context=CODE, dedupe_key="x", language="en")
    contact = Contact.objects.get()
    assert (contact.phone, contact.email, contact.consented_at) == ("+37360123456", "", None)
    sending.deliver_due(seconds=5)
    assert Delivery.objects.get().status == "sent"
    assert "493817" in sms_gateway.got[0]["text"]


def test_unknown_and_known_addresses_leave_the_same_number_of_mails() -> None:
    user = UserFactory()
    tell(kind="accounts.sign_in_code", user=user, context=CODE, dedupe_key="x")
    tell(kind="accounts.unknown_account", email="who@example.com", dedupe_key="y")
    assert list(Delivery.objects.values_list("channel", flat=True)) == ["email", "email"]
