"""How long what we hold about people is kept, in words: the privacy page says what `common.retention` does."""

from __future__ import annotations

import datetime as dt

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common import retention

DAY = dt.timedelta(days=1)
PERIODS: tuple[tuple[str | Promise, dt.timedelta], ...] = (
    (_("Who came to a talk, how to reach them, notes and remarks: after the talk"), retention.BOOKINGS),
    (_("From which address and network a talk was booked: after the talk"), retention.ORIGINS),
    (_("Wishes of the waiting list: after they were made, unless they still wait"), retention.WAITING),
    (_("Messages that we sent you: after they were written"), retention.MESSAGES),
    (_("Addresses without an account, to which nothing more is due"), retention.ADDRESSES),
    (_("What mail providers and the SMS service reported of our messages"), retention.PROVIDER_REPORTS),
    (
        _("How many messages went to an address in a day (the address cannot be read)"),
        retention.MESSAGE_COUNTS,
    ),
    (_("What you wrote of a mistake on a page: after we have looked at it"), retention.REPORTS),
    (_("Words that found nothing: after somebody typed them last"), retention.SEARCHES),
    (_("Addresses to which nothing may be sent, so that nothing is"), retention.SUPPRESSIONS),
    (_("Copies of your data that you asked for"), retention.COPIES),
    (_("Encrypted backups, in which what was erased stays until the last one is gone"), retention.BACKUPS),
)


def in_words() -> list[tuple[str, str]]:
    """What is kept, and for how long, in the language in force."""
    return [(str(what), _days(period // DAY)) for what, period in PERIODS]


def _days(count: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}
