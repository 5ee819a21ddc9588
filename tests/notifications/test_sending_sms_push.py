"""SMS goes out once at most; push goes to every device."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from accounts.actions import set_phone, withdraw_sms_consent
from notifications.channels import push
from notifications.channels.outcome import End, Outcome
from notifications.delivery import sending
from notifications.models import Delivery, PushSubscription
from tests.factories.accounts import UserFactory
from tests.factories.notifications import (
    ContactFactory,
    DeliveryFactory,
    PushSubscriptionFactory,
)
from tests.notifications.conftest import SmsGateway
from tests.notifications.steps import PHONE, sent, told, with_phone

pytestmark = pytest.mark.django_db
# SMS: once at most


def test_sms_is_handed_to_the_gateway_and_gets_its_number(sms_gateway: SmsGateway) -> None:
    row = sent(told("tests.everywhere", with_phone(), "sms"))
    assert (row.status, row.provider_id) == ("sent", "gateway-1")
    [message] = sms_gateway.got
    assert message == {"id": str(row.pk), "to": PHONE, "from": "NEXUS", "text": message["text"]}
    assert message["text"]


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome(End.REFUSED, detail="no such number"), "failed"),
        (Outcome(End.UNKNOWN, detail="it hung"), "failed"),
        (Outcome(End.AGAIN, detail="not reached"), "retry"),
        (Outcome(End.DONE, "7"), "sent"),
    ],
)
def test_sms_is_repeated_only_when_it_surely_did_not_arrive(
    outcome: Outcome, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gateway:
        def send(self, _message: Any) -> Outcome:
            seen.append(Delivery.objects.get(pk=row.pk).status)
            return outcome

    seen: list[str] = []
    monkeypatch.setattr("notifications.channels.sms.gateway", Gateway)
    row = told("tests.everywhere", with_phone(), "sms")
    row = sent(row)
    assert (row.status, seen) == (status, ["sent"])
    assert outcome.detail in row.reason
    assert (row.sent_at is not None) is (status == "sent")


def test_sms_that_was_claimed_away_is_not_sent(sms_gateway: SmsGateway) -> None:
    row = DeliveryFactory(
        in_hand=True, channel="sms", notification__user=with_phone(), notification__kind="tests.everywhere"
    )
    claim = row.claim
    Delivery.objects.update(claim=uuid.uuid4())
    row.claim = claim
    assert sending._send_sms(row, sending.rendering.short(row)) is None
    assert sms_gateway.got == []


def test_sms_without_consent_or_verified_number_is_skipped(sms_gateway: SmsGateway) -> None:
    taken_back, unverified = with_phone(), set_phone(user=UserFactory(), phone="+37360123457")
    rows = [told("tests.everywhere", user, "sms") for user in (taken_back, unverified)]
    withdraw_sms_consent(user=taken_back)
    unverified.phone_verified_at = None
    unverified.save()
    assert [sent(row).status for row in rows] == ["skipped", "skipped"]
    assert sms_gateway.got == []


def test_sms_without_a_gateway_is_skipped(settings: Any) -> None:
    settings.SMS_GATEWAY_URL = ""
    row = sent(told("tests.everywhere", with_phone(), "sms"))
    assert row.status == "skipped"
    assert row.reason


def test_code_goes_to_a_number_that_is_nobodys_yet(sms_gateway: SmsGateway) -> None:
    contact = ContactFactory(email="", phone=PHONE, consented_at=None)
    assert sent(told("tests.sms_code", contact, "sms", code="493817")).status == "sent"
    assert sms_gateway.got[0]["text"] == "NEXUS 493817"
    assert sent(told("tests.everywhere", contact, "sms")).status == "skipped"


# Push


def test_push_goes_to_every_device_and_gone_ones_are_forgotten(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.VAPID_PRIVATE_KEY = "key"
    user = UserFactory()
    kept, gone = PushSubscriptionFactory(user=user), PushSubscriptionFactory(user=user)
    row = told("tests.everywhere", user, "push")

    def webpush(subscription_info: dict[str, Any], **_: Any) -> Any:
        if subscription_info["endpoint"] == gone.endpoint:
            raise push.WebPushException("gone", response=type("Answer", (), {"status_code": 410})())
        return type("Answer", (), {"headers": {"Location": "https://push.example/message/7"}})()

    monkeypatch.setattr(push, "webpush", webpush)
    row = sent(row)
    assert (row.status, row.provider_id) == ("sent", "https://push.example/message/7")
    assert list(PushSubscription.objects.all()) == [kept]


def test_push_without_a_device_is_skipped() -> None:
    user = UserFactory()
    PushSubscriptionFactory(user=user)
    row = told("tests.everywhere", user, "push")
    PushSubscription.objects.all().delete()
    assert sent(row).status == "skipped"
