"""What providers report: bounces, complaints, fates of SMS."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from notifications.models import Delivery, ProviderEvent, Suppression
from tests.factories.notifications import DeliveryFactory

pytestmark = pytest.mark.django_db

SECRET = "the secret of the webhooks"
RIGHT = "Basic " + base64.b64encode(f"nexus:{SECRET}".encode()).decode()
SMS = "/hooks/sms/"
MAIL = "/hooks/mail/postmark/"
BOUNCE = {
    "RecordType": "Bounce",
    "ID": 42,
    "Type": "HardBounce",
    "Email": "Gone@Example.com",
    "MessageID": "postmark-1",
    "Description": "The server was unable to deliver your message",
}


@pytest.fixture(autouse=True)
def provider(settings: Any) -> None:
    """Mails go out by Postmark."""
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"WEBHOOK_SECRET": f"nexus:{SECRET}", "POSTMARK_SERVER_TOKEN": "token"}
    settings.WEBHOOK_SECRET = SECRET


@pytest.fixture
def machine() -> Client:
    """A provider's machine: no cookie, no form's token; a traceback would be a plain 500."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def mail(machine: Client, body: Any, auth: str | None = RIGHT, path: str = MAIL) -> int:
    """Report something of a mail; the status of the answer."""
    data = body if isinstance(body, bytes) else json.dumps(body)
    headers = {"authorization": auth} if auth is not None else {}
    return machine.post(path, data, content_type="application/json", headers=headers).status_code


def sms(machine: Client, body: Any, secret: str | None = SECRET) -> int:
    """Report something of an SMS; the status of the answer."""
    data = body if isinstance(body, bytes) else json.dumps(body)
    headers = {"x-webhook-secret": secret} if secret is not None else {}
    return machine.post(SMS, data, content_type="application/json", headers=headers).status_code


# ---- Mail


def test_a_hard_bounce_suppresses_the_address_and_fails_the_message(machine: Client) -> None:
    row = DeliveryFactory.create(ended=True, provider_id="postmark-1")
    other = DeliveryFactory.create(ended=True, provider_id="postmark-2")
    assert mail(machine, BOUNCE) == 200
    found = Suppression.objects.get()
    assert (found.channel, found.address, found.reason) == ("email", "gone@example.com", "bounce")
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.status, other.status) == ("failed", "sent")
    assert row.reason


def test_a_bounce_reported_twice_is_taken_once(machine: Client) -> None:
    assert mail(machine, BOUNCE) == 200
    Suppression.objects.all().delete()  # a person lifted it
    assert mail(machine, BOUNCE) == 200
    assert not Suppression.objects.exists()
    assert ProviderEvent.objects.count() == 1


def test_a_complaint_suppresses_the_address_with_its_reason(machine: Client) -> None:
    assert mail(machine, BOUNCE | {"RecordType": "SpamComplaint", "Type": "SpamNotification"}) == 200
    assert Suppression.objects.get().reason == "complaint"


def test_an_address_that_the_provider_refuses_as_no_address_is_suppressed(machine: Client) -> None:
    assert mail(machine, BOUNCE | {"Type": "BadEmailAddress"}) == 200
    assert Suppression.objects.get().reason == "bounce"


@pytest.mark.parametrize("kind", ["Transient", "DnsError", "AutoResponder", "SoftBounce", "Blocked"])
def test_what_may_pass_suppresses_nothing(kind: str, machine: Client) -> None:
    row = DeliveryFactory.create(ended=True, provider_id="postmark-1")
    assert mail(machine, BOUNCE | {"Type": kind}) == 200
    assert not Suppression.objects.exists()
    row.refresh_from_db()
    assert row.status == "sent"


@pytest.mark.parametrize("kind", ["Delivery", "Open", "Click"])
def test_other_reports_are_taken_and_change_nothing(kind: str, machine: Client) -> None:
    report = {"RecordType": kind, "Recipient": "here@example.com", "MessageID": "postmark-1"}
    assert mail(machine, report) == 200
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    ("event", "suppressed"),
    [("hard_bounce", 1), ("soft_bounce", 0), ("deferred", 0), ("spam", 1), ("blocked", 0)],
)
def test_brevo_tells_soft_from_hard(event: str, suppressed: int, machine: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "anymail.backends.brevo.EmailBackend"
    report = {"event": event, "email": "gone@example.com", "message-id": "<1@brevo>", "ts_epoch": 1}
    assert mail(machine, report, path="/hooks/mail/brevo/") == 200
    assert mail(machine, report, path="/hooks/mail/brevo/") == 200
    assert Suppression.objects.count() == suppressed


@pytest.mark.parametrize(
    "auth",
    [None, "", "Basic bm9uc2Vuc2U=", "Bearer x", "Basic ș", "Basic " + base64.b64encode(b"nexus:").decode()],
)
def test_a_mail_report_without_the_secret_is_refused(
    auth: str | None, machine: Client, caplog: pytest.LogCaptureFixture
) -> None:
    status = mail(machine, BOUNCE, auth=auth.encode().decode("latin-1") if auth else auth)
    assert status in (400, 403)
    assert not Suppression.objects.exists()
    assert caplog.records
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b'"text"',
        b"\xff\xfe",
        b"[" * 20_000,
        b'{"RecordType": []}',
        json.dumps(BOUNCE | {"Email": ["a"]}).encode(),
        json.dumps(BOUNCE | {"Email": "a\x00b@example.com"}).encode(),
        json.dumps(BOUNCE | {"Email": "\ud800@example.com"}).encode(),
        json.dumps(BOUNCE | {"Email": "a" * 300 + "@example.com"}).encode(),
        json.dumps(BOUNCE | {"MessageID": "x\x00"}).encode(),
        json.dumps(BOUNCE | {"Metadata": 7}).encode(),
    ],
)
def test_a_mail_report_that_cannot_be_read_is_no_traceback(body: bytes, machine: Client) -> None:
    assert mail(machine, body) in (200, 400)
    assert not Suppression.objects.exists()


def test_the_door_of_a_provider_that_is_not_ours_is_shut(machine: Client) -> None:
    for provider in ("brevo", "mailgun", "resend", "sendgrid", "nonsense"):
        assert mail(machine, BOUNCE, path=f"/hooks/mail/{provider}/") == 404


def test_without_a_secret_of_its_own_the_door_of_mail_is_shut(machine: Client, settings: Any) -> None:
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "token"}
    assert mail(machine, BOUNCE) == 404


def test_without_a_provider_the_door_of_mail_is_shut(machine: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert mail(machine, BOUNCE) == 404


def test_looking_at_the_doors_does_nothing(machine: Client) -> None:
    assert machine.get(MAIL).status_code == 405
    assert machine.get(SMS).status_code == 405
    assert not ProviderEvent.objects.exists()


# ---- SMS

REPORT = {"event_id": "e1", "id": "gateway-1", "status": "failed"}


def test_an_sms_that_failed_is_marked_once(machine: Client) -> None:
    row = DeliveryFactory.create(channel="sms", ended=True, provider_id="gateway-1")
    mail_row = DeliveryFactory.create(channel="email", ended=True, provider_id="gateway-1")
    for _time in range(2):
        assert sms(machine, REPORT) == 200
    row.refresh_from_db()
    mail_row.refresh_from_db()
    assert (row.status, mail_row.status) == ("failed", "sent")
    assert row.reason
    assert ProviderEvent.objects.count() == 1


def test_an_sms_that_arrived_stays_sent(machine: Client) -> None:
    row = DeliveryFactory.create(channel="sms", ended=True, provider_id="gateway-1")
    assert sms(machine, REPORT | {"status": "delivered"}) == 200
    row.refresh_from_db()
    assert row.status == "sent"


def test_a_number_that_does_not_exist_is_suppressed(machine: Client) -> None:
    assert sms(machine, REPORT | {"status": "unknown_number", "to": "+37360123456"}) == 200
    found = Suppression.objects.get()
    assert (found.channel, found.address) == ("sms", "+37360123456")


@pytest.mark.parametrize("number", ["60123456", "+3736012345x", "", "+" + "1" * 40])
def test_what_is_no_number_is_never_suppressed(number: str, machine: Client) -> None:
    assert sms(machine, REPORT | {"status": "unknown_number", "to": number}) in (200, 400)
    assert not Suppression.objects.exists()


def test_a_report_of_an_unknown_sms_changes_nothing(machine: Client) -> None:
    row = DeliveryFactory.create(channel="sms", ended=True, provider_id="gateway-9")
    assert sms(machine, REPORT) == 200
    row.refresh_from_db()
    assert row.status == "sent"


def test_a_report_without_the_number_of_an_sms_changes_none(machine: Client) -> None:
    row = DeliveryFactory.create(channel="sms", ended=True, provider_id="")
    sms(machine, {"event_id": "e1", "id": "", "status": "failed"})
    row.refresh_from_db()
    assert row.status == "sent"


def test_a_status_that_is_on_the_way_changes_nothing(machine: Client) -> None:
    row = DeliveryFactory.create(channel="sms", ended=True, provider_id="gateway-1")
    assert sms(machine, REPORT | {"status": "queued"}) == 200
    row.refresh_from_db()
    assert row.status == "sent"


def test_numbers_may_come_as_numbers(machine: Client) -> None:
    row = DeliveryFactory.create(channel="sms", ended=True, provider_id="17")
    assert sms(machine, {"event_id": 5, "id": 17, "status": "failed"}) == 200
    row.refresh_from_db()
    assert row.status == "failed"


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + " ", SECRET.upper(), "\u00e8"])
def test_an_sms_report_without_the_secret_is_refused(
    secret: str | None, machine: Client, caplog: pytest.LogCaptureFixture
) -> None:
    row = DeliveryFactory.create(channel="sms", ended=True, provider_id="gateway-1")
    refused = sms(machine, REPORT, secret=secret if secret != SECRET + " " else SECRET + ".")
    assert refused == 403
    row.refresh_from_db()
    assert row.status == "sent"
    assert "secret" in caplog.text
    assert SECRET not in caplog.text


def test_without_a_secret_of_its_own_the_door_of_sms_is_shut(machine: Client, settings: Any) -> None:
    settings.WEBHOOK_SECRET = ""
    assert sms(machine, REPORT, secret="") == 404


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b'"text"',
        b"{}",
        b"\xff\xfe",
        b"[" * 20_000,
        b"x" * 60_000,
        json.dumps({"id": "gateway-1", "status": "failed"}).encode(),
        json.dumps(REPORT | {"event_id": ""}).encode(),
        json.dumps(REPORT | {"event_id": None}).encode(),
        json.dumps(REPORT | {"event_id": "a\x00"}).encode(),
        json.dumps(REPORT | {"event_id": "\ud800"}).encode(),
        json.dumps(REPORT | {"event_id": "a" * 5000}).encode(),
        json.dumps(REPORT | {"id": ["gateway-1"]}).encode(),
        json.dumps(REPORT | {"id": True}).encode(),
        json.dumps(REPORT | {"status": {}}).encode(),
    ],
)
def test_an_sms_report_that_cannot_be_read_is_400_and_logged(
    body: bytes, machine: Client, caplog: pytest.LogCaptureFixture
) -> None:
    row = DeliveryFactory.create(channel="sms", ended=True, provider_id="gateway-1")
    assert sms(machine, body) == 400
    row.refresh_from_db()
    assert row.status == "sent"
    assert "malformed" in caplog.text
    assert Delivery.objects.count() == 1
    assert not ProviderEvent.objects.exists()


def test_the_doors_are_where_providers_are_told() -> None:
    assert reverse("hooks:sms_report") == SMS
    assert reverse("hooks:mail_provider", args=["postmark"]) == MAIL
