"""What each way out makes of what the outside answers; a real mail server and a real gateway on loopback."""

from __future__ import annotations

import email
import email.policy
import json
import socket
import time
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import requests
from anymail.exceptions import AnymailRecipientsRefused, AnymailRequestsAPIError
from django.core import mail as django_mail
from django.core.mail.backends.locmem import EmailBackend

from notifications.channels import push, sms
from notifications.channels.email import Post
from notifications.channels.outcome import End, Outcome
from notifications.models import PushSubscription
from notifications.rendering import Mail, Short
from tests.factories.notifications import PushSubscriptionFactory
from tests.notifications.conftest import MailServer, SmsGateway

SECRET = "493817"
PHONE = "+37360123456"


def letter(**fields: Any) -> Mail:
    """A mail."""
    return Mail(
        **{
            "to": "ana@example.com",
            "subject": "Programarea în Chișinău",
            "text": f"Ședință {SECRET}\n",
            "html": f"<p>Ședință {SECRET}</p>",
            "message_id": "<7@testserver>",
            "unsubscribe_url": "https://nexus.example/hooks/unsubscribe/t/",
        }
        | fields
    )


def post(**fields: Any) -> Outcome:
    """Send one mail over a connection of its own."""
    with Post() as box:
        return box.send(letter(**fields))


def received(server: MailServer) -> EmailMessage:
    """The only mail that a server got."""
    [envelope] = server.got
    content = envelope.content
    assert isinstance(content, bytes)
    return email.message_from_bytes(content, policy=email.policy.default)


# E-mail


def test_mail_arrives_with_the_headers_that_machines_need(mail_server: MailServer, settings: Any) -> None:
    settings.REPLY_TO = "help@nexus.example"
    outcome = post()
    assert outcome == Outcome(End.DONE, "<7@testserver>")
    message = received(mail_server)
    assert message["Message-ID"] == "<7@testserver>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == "<https://nexus.example/hooks/unsubscribe/t/>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Reply-To"] == "help@nexus.example"
    assert message["Subject"] == "Programarea în Chișinău"
    plain, html = message.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert "Ședință" in plain.get_content()  # type: ignore[attr-defined]


def test_mail_that_cannot_be_switched_off_has_no_unsubscribe_header(mail_server: MailServer) -> None:
    post(unsubscribe_url="")
    message = received(mail_server)
    assert message["List-Unsubscribe"] is None
    assert message["List-Unsubscribe-Post"] is None


def test_batch_goes_over_one_connection(mail_server: MailServer) -> None:
    with Post() as box:
        for number in range(3):
            assert box.send(letter(message_id=f"<{number}@testserver>")).end == End.DONE
    assert len(mail_server.got) == 3
    assert len(mail_server.sessions) == 1


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        ("550 5.1.1 <ana@example.com> no such user", End.REFUSED),
        ("553 bad mailbox", End.REFUSED),
        ("450 4.2.1 try later", End.AGAIN),
        ("421 too many", End.AGAIN),
    ],
)
def test_recipient_that_a_server_does_not_take(answer: str, end: End, mail_server: MailServer) -> None:
    mail_server.to_recipient = lambda _address: answer
    outcome = post()
    assert outcome.end == end
    assert not outcome.is_away
    assert answer[:3] in outcome.detail
    assert "ana@" not in outcome.detail


@pytest.mark.parametrize(("answer", "end"), [("554 spam", End.REFUSED), ("451 later", End.AGAIN)])
def test_mail_that_a_server_does_not_take(answer: str, end: End, mail_server: MailServer) -> None:
    mail_server.to_data = lambda _envelope: answer
    assert post().end == end


def test_refused_mail_leaves_the_next_one_alone(mail_server: MailServer) -> None:
    mail_server.to_recipient = lambda address: "550 no" if address.startswith("bad") else "250 OK"
    with Post() as box:
        ends = [box.send(letter(to=to)).end for to in ("bad@example.com", "good@example.com")]
    assert ends == [End.REFUSED, End.DONE]


@pytest.mark.parametrize("to", ["no address", "ana@exa\nmple.com", "ana@" + "x" * 70 + ".com"])
def test_address_that_no_mail_can_carry_ends_it(to: str, mail_server: MailServer) -> None:
    mail_server.to_recipient = lambda _address: "501 what"
    assert post(to=to).end == End.REFUSED
    assert mail_server.got == []


def test_server_that_is_not_there_is_away(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_HOST, settings.EMAIL_PORT = free.getsockname()
    outcome = post()
    assert (outcome.end, outcome.is_away) == (End.AGAIN, True)


def test_server_that_says_nothing_is_away_after_a_while(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 0.3
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        began = time.monotonic()
        outcome = post()
    assert (outcome.end, outcome.is_away) == (End.AGAIN, True)
    assert time.monotonic() - began < 3


def answer_of(code: int) -> requests.Response:
    """What a provider's API answers."""
    response = requests.Response()
    response.status_code = code
    return response


@pytest.mark.parametrize(
    ("error", "end"),
    [
        (AnymailRecipientsRefused(), End.REFUSED),
        (AnymailRequestsAPIError(response=answer_of(422)), End.REFUSED),
        (AnymailRequestsAPIError(response=answer_of(401)), End.AGAIN),
        (AnymailRequestsAPIError(response=answer_of(429)), End.AGAIN),
        (AnymailRequestsAPIError(response=answer_of(503)), End.AGAIN),
    ],
)
def test_provider_that_does_not_take_a_mail(
    error: Exception, end: End, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> int:
        raise error

    monkeypatch.setattr(EmailBackend, "send_messages", fail)
    outcome = post()
    assert outcome.end == end
    assert SECRET not in outcome.detail


def test_number_of_a_provider_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def send(_self: Any, messages: list[Any]) -> int:
        messages[0].anymail_status = type("Status", (), {"message_id": "provider-7"})()
        return 1

    monkeypatch.setattr(EmailBackend, "send_messages", send)
    assert post() == Outcome(End.DONE, "provider-7")
    assert django_mail.outbox == []


# SMS


MESSAGE = Short(PHONE, f"NEXUS {SECRET}", "", "7")


def text(sms_gateway: SmsGateway) -> Outcome:
    """Hand a message to the gateway of the settings."""
    found = sms.gateway()
    assert isinstance(found, sms.HttpGateway)
    return found.send(MESSAGE)


def test_gateway_takes_a_message_of_a_known_caller(sms_gateway: SmsGateway) -> None:
    assert text(sms_gateway) == Outcome(End.DONE, "gateway-1")
    assert sms_gateway.got == [{"id": "7", "to": PHONE, "from": "NEXUS", "text": f"NEXUS {SECRET}"}]
    assert sms_gateway.headers[0]["Authorization"] == "Bearer gateway token of the test"


@pytest.mark.parametrize(
    ("status", "body", "end"),
    [
        (201, b'{"id": 9}', End.DONE),
        (200, b"", End.UNKNOWN),
        (200, b"<html>", End.UNKNOWN),
        (200, b"{}", End.UNKNOWN),
        (200, b"[]", End.UNKNOWN),
        (200, b'"id"', End.UNKNOWN),
        (200, b'{"id": null}', End.UNKNOWN),
        (200, b'{"id": {"a": 1}}', End.UNKNOWN),
        (200, b"[" * 19_000, End.UNKNOWN),
        (200, b'{"id": "' + b"x" * 3_000_000, End.UNKNOWN),
        (200, b"\xff\xfe\x00", End.UNKNOWN),
        (400, b"no", End.REFUSED),
        (401, b"no", End.REFUSED),
        (404, b"no", End.REFUSED),
        (429, b"no", End.AGAIN),
        (500, b'{"id": "9"}', End.UNKNOWN),
        (503, b"", End.UNKNOWN),
    ],
)
def test_answer_of_a_gateway(status: int, body: bytes, end: End, sms_gateway: SmsGateway) -> None:
    sms_gateway.status, sms_gateway.body = status, body
    outcome = text(sms_gateway)
    assert outcome.end == end
    assert bool(outcome.detail) is (end != End.DONE)
    assert SECRET not in outcome.detail
    assert PHONE not in outcome.detail


def test_gateway_cannot_lead_us_elsewhere(sms_gateway: SmsGateway) -> None:
    sms_gateway.status, sms_gateway.location = 307, sms_gateway.address
    assert text(sms_gateway).end == End.UNKNOWN
    assert len(sms_gateway.got) == 1


def test_gateway_that_is_not_there_got_nothing(settings: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{free.getsockname()[1]}/"
    found = sms.gateway()
    assert found
    outcome = found.send(MESSAGE)
    assert (outcome.end, outcome.is_away) == (End.AGAIN, True)


def hang(request: BaseHTTPRequestHandler) -> None:
    """Answer too late."""
    time.sleep(1)


def drip(request: BaseHTTPRequestHandler) -> None:
    """Answer a byte at a time, for ever."""
    request.send_response(200)
    request.end_headers()
    try:
        for _number in range(50):
            request.wfile.write(b" ")
            request.wfile.flush()
            time.sleep(0.1)
    except OSError:  # the caller hung up
        return


def hang_up(request: BaseHTTPRequestHandler) -> None:
    """Cut the line in the middle of the answer."""
    request.send_response(200)
    request.send_header("Content-Length", "100")
    request.end_headers()
    request.wfile.write(b'{"id": ')


def garbage(request: BaseHTTPRequestHandler) -> None:
    """Speak no HTTP."""
    request.wfile.write(b"SSH-2.0-OpenSSH\r\n\r\n")


@pytest.mark.parametrize("answer", [hang, drip, hang_up, garbage])
def test_gateway_of_which_nobody_knows_what_it_did(
    answer: Any, sms_gateway: SmsGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sms, "TIMEOUT", (0.3, 0.3))
    monkeypatch.setattr(sms, "MOST_SECONDS", 0.5)
    sms_gateway.answer = answer
    began = time.monotonic()
    outcome = text(sms_gateway)
    assert outcome.end == End.UNKNOWN
    assert outcome.detail
    assert time.monotonic() - began < 3


def test_file_gets_a_line_a_message(tmp_path: Path, settings: Any) -> None:
    path = tmp_path / "sms sent.jsonl"
    settings.SMS_GATEWAY_URL = path.as_uri()
    found = sms.gateway()
    assert found
    for _time in range(2):
        assert found.send(Short(PHONE, "Ședință", "", "7")) == Outcome(End.DONE, "7")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(line["to"], line["text"], line["id"]) for line in lines] == [(PHONE, "Ședință", "7")] * 2


def test_file_that_cannot_be_written_is_tried_again(tmp_path: Path, settings: Any) -> None:
    settings.SMS_GATEWAY_URL = (tmp_path / "nowhere" / "sms.jsonl").as_uri()
    found = sms.gateway()
    assert found
    assert found.send(MESSAGE).end == End.AGAIN


@pytest.mark.parametrize("address", ["", "ftp://example.com", "nonsense"])
def test_without_an_address_there_is_no_gateway(address: str, settings: Any) -> None:
    settings.SMS_GATEWAY_URL = address
    assert sms.gateway() is None


# Web push


class PushService:
    """Stands where pywebpush calls the browser's service."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.calls = list(answers), list[dict[str, Any]]()

    def __call__(self, **call: Any) -> Any:
        """Answer the next one: a status that is an error, an exception, or well."""
        self.calls.append(call)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if answer > 202:
            raise push.WebPushException("no", response=answer_of(answer))
        return answer_of(answer)


def push_to(devices: int, *answers: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[Outcome, PushService]:
    """Push to some devices whose services answer so."""
    service = PushService(*answers)
    monkeypatch.setattr(push, "webpush", service)
    rows = [PushSubscriptionFactory() for _ in range(devices)]
    return push.send(Short("", "text", "https://nexus.example/x/", "7"), rows), service


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answers", "end", "left"),
    [
        ([201], End.DONE, 1),
        ([404], End.NOBODY, 0),
        ([410], End.NOBODY, 0),
        ([400], End.REFUSED, 1),
        ([429], End.AGAIN, 1),
        ([500], End.AGAIN, 1),
        ([requests.exceptions.ReadTimeout()], End.AGAIN, 1),
        ([requests.exceptions.TooManyRedirects()], End.AGAIN, 1),
        ([ValueError("bad key")], End.AGAIN, 1),
        ([410, 201], End.DONE, 1),
        ([201, 500], End.DONE, 2),
        ([500, 410], End.AGAIN, 1),
        ([], End.NOBODY, 0),
    ],
)
def test_answer_of_a_push_service(
    answers: list[Any], end: End, left: int, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAPID_PRIVATE_KEY = "key"
    outcome, service = push_to(len(answers), *answers, monkeypatch=monkeypatch)
    assert outcome.end == end
    assert PushSubscription.objects.count() == left
    for call in service.calls:
        assert call["timeout"]
        assert call["requests_session"].max_redirects == 0
        assert json.loads(call["data"]) == {
            "title": "NEXUS",
            "body": "text",
            "url": "https://nexus.example/x/",
            "id": "7",
        }


@pytest.mark.django_db
def test_push_without_a_key_is_switched_off(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.VAPID_PRIVATE_KEY = ""
    outcome, service = push_to(1, 201, monkeypatch=monkeypatch)
    assert (outcome.end, service.calls) == (End.NOBODY, [])
