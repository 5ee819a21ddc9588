"""Messages as the page and the bell show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from babel.dates import format_timedelta
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import User
from common.dates import day_in_words
from notifications.models import Notification
from notifications.rendering import subject_of

BELL_STOPS_AT = 99
RECENT = dt.timedelta(days=6)  # told as "3 days ago"; older ones by their day


@dataclass(frozen=True, slots=True)
class Line:
    """One message on the page."""

    notification: Notification
    text: str
    when: str

    @property
    def is_unread(self) -> bool:
        """Whether it is new."""
        return self.notification.read_at is None


def lines(rows: Iterable[Notification], language: str) -> list[Line]:
    """Rows with their texts in the reader's language; one whose kind is gone is left out."""
    found = []
    for row in rows:
        try:
            text = subject_of(row, language)
        except (KeyError, ValueError):  # an app that declared the kind was taken away
            continue
        found.append(Line(row, text, ago(row.created_at)))
    return found


def ago(moment: dt.datetime) -> str:
    """How long ago a moment (UTC) was, in the language in force: by its distance, when old by its day."""
    distance = max(timezone.now() - moment, dt.timedelta(seconds=1))
    if distance > RECENT:
        return day_in_words(timezone.localdate(moment))
    language = get_language() or "ro"
    return str(format_timedelta(-distance, granularity="minute", add_direction=True, locale=language))


def unread_count(user: User) -> int:
    """How many of the person's messages are unread, up to one more than the bell tells."""
    unread = Notification.objects.visible_to(user).unread().values("pk")[: BELL_STOPS_AT + 1]
    return len(unread)
