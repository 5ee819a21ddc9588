"""The messages of accounts, which stand below the outbox: their kinds, and the way in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from accounts.models import User
from common.message_kinds import Category, Channel, MessageKind
from notifications.actions import notify
from notifications.models import Contact

CODE_LIFE = dt.timedelta(minutes=10)
MAIL, SITE, SMS = Channel.EMAIL, Channel.IN_APP, Channel.SMS


def _code(name: str, *channels: Channel, by_anyone: bool = False) -> MessageKind:
    return MessageKind(
        f"accounts.{name}",
        Category.SECURITY,
        channels or (MAIL,),
        can_be_switched_off=False,
        is_urgent=True,
        is_secret=True,
        is_asked_by_anyone=by_anyone,
        useful_for=CODE_LIFE,
    )


def _must(name: str, *channels: Channel, secret: bool = False, by_anyone: bool = False) -> MessageKind:
    return MessageKind(
        f"accounts.{name}",
        Category.SECURITY,
        channels or (SITE, MAIL),
        can_be_switched_off=False,
        is_urgent=True,
        is_secret=secret,
        is_asked_by_anyone=by_anyone,
    )


KINDS = (
    _code("sign_in_code"),
    _code("confirm_email_code", by_anyone=True),
    _code("password_reset_code"),
    _code("erase_code"),
    _code("phone_code", SMS, by_anyone=True),
    _must("account_exists", MAIL, by_anyone=True),
    _must("unknown_account", MAIL, by_anyone=True),
    _must("security_notice"),
    _must("role_invitation", MAIL, secret=True),
    _must("role_granted"),
    _must("role_removed"),
    _must("data_export_ready"),
    _must("data_export_failed"),
    _must("account_erased", MAIL),
    MessageKind("notifications.digest", Category.SERVICES, (MAIL,), can_be_switched_off=False),
)


def tell(  # noqa: PLR0913  # facts by name
    *,
    kind: str,
    user: User | None,
    email: str,
    phone: str,
    language: str,
    context: dict[str, Any],
    dedupe_key: str,
    url: str,
) -> None:
    """Write one message of accounts into the outbox; see `accounts.telling.Teller`."""
    recipient: User | Contact
    if user is not None and not phone and email.lower() in ("", user.email):
        recipient = user
    else:
        recipient = _contact(email=email.lower(), phone=phone, language=language)
    notify(kind=kind, recipient=recipient, context=context, dedupe_key=dedupe_key, url=url)


def _contact(*, email: str, phone: str, language: str) -> Contact:
    """An address or a number that is nobody's yet; it is forgotten after 30 days."""
    return Contact.objects.create(email="" if phone else email, phone=phone, language=language)
