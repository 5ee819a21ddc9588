"""Messages as the page and the bell show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User
from notifications.models import Notification
from notifications.rendering import subject_of

BELL_STOPS_AT = 99


@dataclass(frozen=True, slots=True)
class Line:
    """One message on the page."""

    notification: Notification
    text: str
    is_unread: bool


def lines(rows: Iterable[Notification], language: str) -> list[Line]:
    """Rows with their texts in the reader's language; one whose kind is gone is left out."""
    found = []
    for row in rows:
        try:
            text = subject_of(row, language)
        except (KeyError, ValueError):  # an app that declared the kind was taken away
            continue
        found.append(Line(row, text, row.read_at is None))
    return found


def unread_count(user: User) -> int:
    """How many of the person's messages are unread, up to one more than the bell tells."""
    unread = Notification.objects.visible_to(user).unread().values("pk")[: BELL_STOPS_AT + 1]
    return len(unread)
