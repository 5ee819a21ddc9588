"""Links in mails by which a person takes back a wish, without signing in."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import User
from common.message_kinds import Category, Channel
from notifications.models import Contact

SALT = "notifications.unsubscribe"
GATHERED = "gathered"  # in place of a category: all that comes in digests


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose wish about what a link takes back."""

    owner: User | Contact
    category: str  # of `Category`, or `GATHERED`
    channel: Channel


def token_of(owner: User | Contact, category: str, channel: str) -> str:
    """A signed token; it holds as long as DATA_KEYS do, for mails are opened late."""
    kind = "u" if isinstance(owner, User) else "c"
    return signing.dumps([kind, owner.pk.hex, category, channel], key=settings.DATA_KEYS[0], salt=SALT)


def unsubscribe_url(owner: User | Contact, category: str, channel: str) -> str:
    """The absolute address of the link, which RFC 8058 calls one-click."""
    return f"{settings.BASE_URL}{reverse('hooks:unsubscribe', args=[token_of(owner, category, channel)])}"


def read_token(token: str) -> Wish | None:
    """What a token asks for; None for an altered or foreign one, and when the person is no longer there."""
    newest, *older = settings.DATA_KEYS
    try:
        kind, number, category, channel = signing.loads(token, key=newest, fallback_keys=[*older], salt=SALT)
        pk, way = uuid.UUID(number), Channel(channel)
        about = category if category == GATHERED else Category(category).value
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None
    people = User.objects.alive() if kind == "u" else Contact.objects.filter(erased_at__isnull=True)
    owner = people.filter(pk=pk).first()
    return None if owner is None else Wish(owner, about, way)
