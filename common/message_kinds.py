"""Which kinds of messages there are: each app declares its own in `AppConfig.ready()`; no I/O."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    """The ways by which a message reaches a person."""

    IN_APP = "in_app", _("on this site")
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")
    PUSH = "push", _("on this device")


class Category(TextChoices):
    """What a message is about; people choose by category, not by kind."""

    SECURITY = "security", _("Your account and its safety")
    APPOINTMENTS = "appointments", _("Your appointments")
    SERVICES = "services", _("Services that you follow")
    COMMUNITY = "community", _("Forums and groups")
    WORK = "work", _("Work at NEXUS")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    content: bytes
    media_type: str  # with its parameters, for example `text/calendar; method=REQUEST`


Words = Callable[
    [dict[str, Any], str], dict[str, Any]
]  # context and language of the reader -> what templates read
Files = Callable[[dict[str, Any], str], tuple[Attachment, ...]]


@dataclass(frozen=True, slots=True)
class MessageKind:
    """One kind of message and what holds for all of its kind.

    `code` is `<app>.<name>`; its texts are `templates/<app>/notifications/<name>.{subject.txt,txt,html}`, and for
    SMS and push `<name>.short.txt`, else the subject.
    """

    code: str
    category: Category
    channels: tuple[Channel, ...] = (Channel.IN_APP, Channel.EMAIL)
    can_be_switched_off: bool = True
    is_urgent: bool = False  # goes out at once: no pause, quiet hours or digest holds it back
    is_secret: bool = False  # its context is encrypted and emptied once sent; by mail or SMS alone
    # Whoever types an address causes it: without an account it counts among what goes to addresses that nobody proved.
    is_asked_by_anyone: bool = False
    useful_for: dt.timedelta | None = None  # later than this it is skipped, not sent
    words: Words | None = (
        None  # adds to the context when it is written out: names in the reader's language, links
    )
    files: Files | None = None  # what goes with the mail

    @property
    def app(self) -> str:
        """The app that declares it."""
        return self.code.split(".", 1)[0]

    @property
    def template(self) -> str:
        """Its templates' common beginning."""
        app, name = self.code.split(".", 1)
        return f"{app}/notifications/{name}"


_KINDS: dict[str, MessageKind] = {}


def declare(*kinds: MessageKind) -> None:
    """Make kinds known. Raises ValueError when another one has the same code."""
    for kind in kinds:
        if _KINDS.setdefault(kind.code, kind) != kind:
            raise ValueError(f"two kinds of messages are called {kind.code}")


def kind_of(code: str) -> MessageKind:
    """The kind of a code. Raises KeyError for one that nobody declared."""
    return _KINDS[code]


def declared() -> Iterator[MessageKind]:
    """Every kind, by code."""
    return iter(sorted(_KINDS.values(), key=lambda kind: kind.code))
