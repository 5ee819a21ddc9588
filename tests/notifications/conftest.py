"""Kinds of the tests, with words of their own, and what stands outside: a mail server, a gateway."""

from __future__ import annotations

import datetime as dt
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from common import message_kinds
from common.message_kinds import Category, Channel, MessageKind

SITE, MAIL, SMS, PUSH = Channel.IN_APP, Channel.EMAIL, Channel.SMS, Channel.PUSH
KINDS = (
    MessageKind("tests.news", Category.APPOINTMENTS),
    MessageKind("tests.everywhere", Category.APPOINTMENTS, (SITE, MAIL, SMS, PUSH)),
    MessageKind("tests.gathered", Category.COMMUNITY),
    MessageKind("tests.weekly", Category.SERVICES),
    MessageKind("tests.urgent", Category.APPOINTMENTS, (MAIL, SMS), is_urgent=True),
    MessageKind("tests.soon_over", Category.APPOINTMENTS, (MAIL,), useful_for=dt.timedelta(hours=1)),
    MessageKind(
        "tests.code",
        Category.SECURITY,
        (MAIL,),
        can_be_switched_off=False,
        is_urgent=True,
        is_secret=True,
        useful_for=dt.timedelta(minutes=10),
    ),
    MessageKind(
        "tests.sms_code",
        Category.SECURITY,
        (SMS,),
        can_be_switched_off=False,
        is_urgent=True,
        is_secret=True,
        useful_for=dt.timedelta(minutes=10),
    ),
)
WORDS = {
    "subject.txt": "{% autoescape off %}{% translate 'Search' %}: {{ topic }}{% endautoescape %}",
    "txt": "{% extends 'notifications/mail/base.txt' %}{% block body %}{{ topic }}{{ code }}{% endblock %}",
    "html": "{% extends 'notifications/mail/base.html' %}{% block body %}<p>{{ topic }}{{ code }}</p>{% endblock %}",
}
LOADERS = "django.template.loaders"


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Declare them for the length of a test, and give them words."""
    templates = {f"{kind.template}.{end}": text for kind in KINDS for end, text in WORDS.items()}
    templates["tests/notifications/sms_code.short.txt"] = "NEXUS {{ code }}"
    for kind in KINDS:
        monkeypatch.setitem(message_kinds._KINDS, kind.code, kind)
    [engine] = settings.TEMPLATES
    loaders = [
        f"{LOADERS}.filesystem.Loader",
        f"{LOADERS}.app_directories.Loader",
        (f"{LOADERS}.locmem.Loader", templates),
    ]
    options = engine["OPTIONS"] | {"loaders": [(f"{LOADERS}.cached.Loader", loaders)]}
    settings.TEMPLATES = [engine | {"APP_DIRS": False, "OPTIONS": options}]


@dataclass
class MailServer:
    """A mail server that keeps what it gets, and answers as it is told."""

    got: list[Envelope] = field(default_factory=list)
    sessions: set[int] = field(default_factory=set)
    to_recipient: Callable[[str], str] = lambda _address: "250 OK"
    to_data: Callable[[Envelope], str] = lambda _envelope: "250 OK"
    pause: float = 0.0  # seconds before it answers to data

    async def handle_RCPT(  # noqa: N802  # aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient or not."""
        answer = self.to_recipient(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802  # aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a mail or not."""
        time.sleep(self.pause)
        answer = self.to_data(envelope)
        if answer.startswith("250"):
            self.got.append(envelope)
            self.sessions.add(id(session))
        return answer


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServer]:
    """A mail server on a free port, which the settings name."""
    server = MailServer()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    try:
        yield server
    finally:
        controller.stop()


@dataclass
class SmsGateway:
    """A gateway over HTTP that keeps what it gets, and answers as it is told."""

    address: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    status: int = 200
    body: bytes = b'{"id": "gateway-1"}'
    location: str = ""
    answer: Callable[[BaseHTTPRequestHandler], None] | None = None  # instead of the above

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        """Keep a message and answer."""
        length = int(request.headers["Content-Length"])
        self.got.append(json.loads(request.rfile.read(length)))
        self.headers.append(dict(request.headers))
        if self.answer is not None:
            self.answer(request)
            return
        request.send_response(self.status)
        if self.location:
            request.send_header("Location", self.location)
        request.send_header("Content-Length", str(len(self.body)))
        request.end_headers()
        request.wfile.write(self.body)


@pytest.fixture
def sms_gateway(settings: Any) -> Iterator[SmsGateway]:
    """A gateway on a free port, which the settings name."""
    gateway = SmsGateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            gateway.handle(self)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    gateway.address = settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{server.server_port}/send"
    settings.SMS_GATEWAY_TOKEN = "gateway token of the test"
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
