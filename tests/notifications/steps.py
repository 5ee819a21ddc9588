"""What several tests of messages do."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from accounts.actions import set_phone
from notifications.actions import notify
from notifications.channels.email import Post
from notifications.channels.outcome import Outcome
from notifications.delivery import sending
from notifications.models import Delivery
from tests.factories.accounts import UserFactory

NOON = dt.datetime(2026, 11, 25, 10, 0, tzinfo=dt.UTC)  # 12:00 in Chișinău
PHONE = "+37360123456"


def sent(row: Delivery) -> Delivery:
    """The row after a try to send it."""
    sending.deliver_one(row.pk)
    row.refresh_from_db()
    return row


def told(kind: str, recipient: Any, channel: str = "email", **context: Any) -> Delivery:
    """The delivery of a message on one channel."""
    notification = notify(
        kind=kind, recipient=recipient, context={"topic": "x"} | context, dedupe_key=str(uuid.uuid4())
    )
    return notification.deliveries.get(channel=channel)


def with_phone() -> Any:
    """Someone with a verified number who agreed to SMS."""
    return set_phone(user=UserFactory(), phone=PHONE)


def mail_ends(monkeypatch: pytest.MonkeyPatch, outcome: Outcome) -> list[str]:
    """Let every mail end so; addresses that were tried."""
    tried: list[str] = []

    def send(_post: Post, mail: Any) -> Outcome:
        tried.append(mail.to)
        return outcome

    monkeypatch.setattr(Post, "send", send)
    return tried
