"""Will somebody be written to, and how: what every page asks before it says so.

The same rules decide as in the moment of sending, over rows that are not written. Of an address that nobody has proved
nothing is told that whoever typed it could not know: whether it bounced, or had its messages of the day.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from common.message_kinds import Channel, kind_of
from notifications.actions.notifying import Facts as Wishes
from notifications.actions.notifying import draft_of, plan
from notifications.delivery import ceilings
from notifications.delivery.checking import Facts, Skip, Why, check
from notifications.models import Contact

SECRETS_OF_THE_ADDRESS = frozenset({Why.SUPPRESSED, ceilings.OWN})


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a message would reach somebody; without a channel it would not, and `why` says what is in the way.

    `is_likely` alone when the address is not proved: whether it takes our messages is not told to whoever typed it.
    """

    channel: str = ""  # of Channel; outside channels before the page of this site
    is_likely: bool = False
    why: str = Why.NO_ADDRESS.value


def outlook(*, kind: str, recipient: User | Contact | None, is_unproved: bool = False) -> Outlook:
    """What would become of a message of a kind to somebody now. Raises KeyError for an unknown kind."""
    if recipient is None:
        return Outlook()
    what, now = kind_of(kind), timezone.now()
    message = draft_of(what, recipient, {"for": "nobody"}, "", "")
    message.is_unproved = message.contact is not None and (is_unproved or what.is_asked_by_anyone)
    people = [recipient] if isinstance(recipient, User) else []
    rows = list(plan(what, [message], Wishes(what, people), now))
    rows.sort(key=lambda row: row.channel in (Channel.IN_APP, Channel.PUSH))
    facts, held = Facts(rows), Why.NO_ADDRESS.value
    for row in rows:
        verdict = check(row, facts, now)
        why = str(verdict.reason) if isinstance(verdict, Skip) else ceilings.full(row)
        if not why or (message.is_unproved and why in SECRETS_OF_THE_ADDRESS):
            return Outlook(row.channel, is_likely=message.is_unproved, why="")
        held = why
    return Outlook(why=held)
