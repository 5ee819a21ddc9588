"""What pages say of messages is what becomes of them."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.actions import set_phone
from common.message_kinds import Channel
from notifications.delivery.checking import Why
from notifications.models import DayCount, Delivery
from notifications.outlook import Outlook, outlook
from tests.factories.accounts import UserFactory
from tests.factories.notifications import ContactFactory, PreferenceFactory, SuppressionFactory
from tests.notifications.steps import PHONE, sent, told

pytestmark = pytest.mark.django_db
KIND = "tests.everywhere"


@pytest.fixture(autouse=True)
def gateway(sms_gateway: Any) -> None:
    """SMS are sent."""


def nobody() -> Any:
    """An address and no word that it may be used."""
    return ContactFactory(consented_at=None)


def bounced() -> Any:
    """An address that does not exist."""
    contact = ContactFactory()
    SuppressionFactory(address=contact.email)
    return contact


def with_phone(number: str) -> Any:
    """A number alone."""
    return ContactFactory(email="", phone=number)


@pytest.mark.parametrize(
    ("recipient", "channel", "why"),
    [
        (ContactFactory, "email", ""),
        (lambda: with_phone(PHONE), "sms", ""),
        (UserFactory, "email", ""),
        (nobody, "", Why.NO_CONSENT),
        (bounced, "", Why.SUPPRESSED),
        (lambda: with_phone("+37329922333"), "", Why.NO_MOBILE),
        (lambda: with_phone("+375291234567"), "sms", ""),  # Belarus
        (lambda: with_phone("+2348021234567"), "", Why.COUNTRY),  # Nigeria
        (lambda: with_phone("+18765051234"), "", Why.COUNTRY),  # Jamaica, which shares +1
    ],
)
def test_what_a_page_says_becomes_true(recipient: Any, channel: str, why: str) -> None:
    who = recipient()
    assert outlook(kind=KIND, recipient=who) == Outlook(channel, why=why)
    told(KIND, who, channel or ("sms" if getattr(who, "phone", "") else "email"))
    row = Delivery.objects.exclude(channel="in_app").get()
    assert (sent(row).status == "sent") == bool(channel)
    assert sent(row).reason == why


def test_premium_numbers_get_nothing() -> None:
    assert outlook(kind=KIND, recipient=with_phone("+37390012345")).why == Why.NO_MOBILE


def test_without_a_gateway_no_sms_is_promised(settings: Any) -> None:
    settings.SMS_GATEWAY_URL = ""
    assert outlook(kind=KIND, recipient=with_phone(PHONE)) == Outlook(why=Why.NO_GATEWAY)


def test_who_left_no_address_is_told_nothing() -> None:
    assert outlook(kind=KIND, recipient=None) == Outlook()


def test_an_account_without_mails_still_has_its_page() -> None:
    user = UserFactory()
    PreferenceFactory(user=user, channel="email")
    assert outlook(kind=KIND, recipient=user) == Outlook(Channel.IN_APP, why="")
    set_phone(user=user, phone=PHONE)
    assert outlook(kind=KIND, recipient=user).channel == "sms"


def test_of_an_address_that_nobody_proved_nothing_is_told(settings: Any) -> None:
    """A stranger learns neither that it bounced nor that it has had its messages of the day."""
    settings.UNPROVED_MAILS_A_DAY = 1
    busy = ContactFactory()
    fresh = outlook(kind=KIND, recipient=ContactFactory(), is_unproved=True)
    assert fresh == Outlook("email", is_likely=True, why="")
    assert sent(_unproved(busy)).status == "sent"
    assert sent(_unproved(busy)).status == "skipped"
    assert outlook(kind=KIND, recipient=busy, is_unproved=True) == fresh
    assert outlook(kind=KIND, recipient=bounced(), is_unproved=True) == fresh
    assert outlook(kind=KIND, recipient=nobody(), is_unproved=True).why == Why.NO_CONSENT


def _unproved(contact: Any) -> Delivery:
    row = told(KIND, contact)
    row.notification.is_unproved = True
    row.notification.save()
    return row


def test_the_ceiling_of_all_is_told_to_everyone(settings: Any) -> None:
    settings.UNPROVED_MAILS_A_DAY_IN_ALL = 1
    assert sent(_unproved(ContactFactory())).status == "sent"
    stranger = outlook(kind=KIND, recipient=ContactFactory(), is_unproved=True)
    assert (stranger.channel, bool(stranger.why)) == ("", True)
    assert outlook(kind=KIND, recipient=ContactFactory()).channel == "email"


def test_looking_counts_and_writes_nothing() -> None:
    outlook(kind=KIND, recipient=ContactFactory(), is_unproved=True)
    assert not DayCount.objects.exists()
    assert not Delivery.objects.exists()
