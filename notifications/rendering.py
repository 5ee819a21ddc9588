"""Messages as texts, in the recipient's language: never the worker's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import get_template, render_to_string, select_template
from django.utils import translation

from accounts.models import Role, User
from accounts.scopes import in_words
from common.dates import day_in_words
from common.message_kinds import Attachment, Channel, MessageKind, kind_of
from common.spaces import unbroken, unbroken_page
from common.zones import city_of
from notifications.delivery.quiet import zone_of
from notifications.models import Contact, Delivery, Notification
from notifications.secrets import unseal
from notifications.sms_text import cheapest, parts_of
from notifications.unsubscribing import GATHERED, unsubscribe_url

DIGEST = "notifications.digest"
MOST_PARTS = 2  # of an SMS; a kind's words may hold `shorter` ones for a text that takes more
SHORT_LENGTH = 300  # characters: two parts of Latin letters


@dataclass(frozen=True, slots=True)
class Mail:
    """One e-mail."""

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    unsubscribe_url: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Short:
    """One SMS or push message."""

    to: str
    text: str
    url: str
    delivery_id: str


def owner_of(notification: Notification) -> User | Contact:
    """Whom it is for."""
    owner = notification.user or notification.contact
    assert owner is not None  # noqa: S101  # a constraint of the table
    return owner


def absolute(path: str, language: str) -> str:
    """A path without its language as a whole address; an empty one stays empty."""
    return f"{settings.BASE_URL}/{language}{path}" if path else ""


def context_of(notification: Notification, what: MessageKind, language: str) -> dict[str, Any]:
    """What templates may use: the context, and where things are."""
    context = unseal(notification.context)
    if "role" in context:  # kept as a code, read in the reader's language
        context = context | {
            "role_label": Role(context["role"]).label,
            "where": in_words(context.get("scopes", {})),
        }
    if "at" in context:
        context = context | {"when": _moment(context["at"], notification)}
    context |= {
        "language": language,
        "base_url": settings.BASE_URL,
        "link": absolute(notification.url, language),
        "kind": what,
        "preferences_url": absolute("/messages/preferences/", language),
        "is_read": bool(settings.REPLY_TO),  # whether somebody reads what is answered
        "is_member": notification.user_id is not None,
    }
    return context | what.words(context, language) if what.words else context


def subject_of(notification: Notification, language: str) -> str:
    """The one line that stands on the page, in the bell and as the subject; no secret in it."""
    what = kind_of(notification.kind)
    with translation.override(language):
        context = {} if what.is_secret else context_of(notification, what, language)
        return _one_line(render_to_string(f"{what.template}.subject.txt", context))


def mail(delivery: Delivery) -> Mail:
    """The e-mail of a delivery. Raises what templates raise; common.crypto.InvalidToken for a spoilt secret."""
    notification, what = delivery.notification, kind_of(delivery.notification.kind)
    owner = owner_of(notification)
    about = GATHERED if what.code == DIGEST else what.category if what.can_be_switched_off else ""
    unsubscribe = unsubscribe_url(owner, about, delivery.channel) if about else ""
    with translation.override(owner.language):
        context = context_of(notification, what, owner.language) | {"unsubscribe_url": unsubscribe}
        subject = _one_line(get_template(f"{what.template}.subject.txt").render(context))
        return Mail(
            to=owner.email,
            subject=subject,
            text=unbroken(get_template(f"{what.template}.txt").render(context).strip() + "\n"),
            html=unbroken_page(get_template(f"{what.template}.html").render(context | {"subject": subject})),
            message_id=f"<{delivery.pk}@{urlsplit(settings.BASE_URL).hostname}>",
            unsubscribe_url=unsubscribe,
            attachments=what.files(context | {"to": owner.email}, owner.language) if what.files else (),
        )


def short(delivery: Delivery) -> Short:
    """The SMS or push message of a delivery."""
    notification, what = delivery.notification, kind_of(delivery.notification.kind)
    owner = owner_of(notification)
    with translation.override(owner.language):
        context = context_of(notification, what, owner.language)
        template = select_template([f"{what.template}.short.txt", f"{what.template}.subject.txt"])
        text = _one_line(template.render(context))
        if delivery.channel == Channel.SMS:
            text = cheapest(text)
            if parts_of(text) > MOST_PARTS and context.get("shorter"):
                text = cheapest(_one_line(template.render(context | context["shorter"])))
    return Short(owner.phone, text[:SHORT_LENGTH], context["link"], str(delivery.pk))


def _moment(text: str, notification: Notification) -> str:
    """A moment of a context (ISO 8601, UTC) on the reader's clock, with the name of the zone."""
    zone = zone_of(getattr(owner_of(notification), "time_zone", ""))
    local = dt.datetime.fromisoformat(text).astimezone(zone)
    return f"{day_in_words(local.date())}, {local:%H:%M} ({city_of(zone.key)})"


def _one_line(text: str) -> str:
    return " ".join(text.split())
