"""Will somebody be written to, and how: what every page asks before it says so.

The same rules decide as in the moment of sending, over rows that are not written. Of an address that nobody has proved
nothing is told that whoever typed it could not know: whether it bounced, or had its messages of the day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.message_kinds import Channel, MessageKind, kind_of
from notifications.actions.notifying import Facts as Wishes
from notifications.actions.notifying import draft_of, plan
from notifications.delivery import ceilings
from notifications.delivery.checking import Facts, Skip, Why, check, sms_refused
from notifications.models import Contact, Delivery, Notification

Ways = frozenset[Channel] | None  # None: all that there are
SECRETS_OF_THE_ADDRESS = frozenset({Why.SUPPRESSED, ceilings.OWN})


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a message would reach somebody; without a channel it would not, and `why` says what is in the way.

    `is_likely` alone when the address is not proved: whether it takes our messages is not told to whoever typed it.
    """

    channel: str = ""  # of Channel; outside channels before the page of this site
    is_likely: bool = False
    why: str = Why.NO_ADDRESS.value


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a message would be for, and what holds for it."""

    recipient: User | Contact | None
    is_unproved: bool = False
    ways: Ways = None


def outlooks(kind: str, people: Sequence[Asked]) -> list[Outlook]:
    """What would become of a message of a kind to each of them now, by the same few questions for one as for many.

    Raises KeyError for an unknown kind.
    """
    return [
        _outlook(verdicts) if one.recipient is not None else Outlook()
        for one, verdicts in zip(people, _verdicts(kind, people), strict=True)
    ]


def outlook(
    *, kind: str, recipient: User | Contact | None, is_unproved: bool = False, ways: Ways = None
) -> Outlook:
    """What would become of a message of a kind to somebody now. Raises KeyError for an unknown kind."""
    return outlooks(kind, [Asked(recipient, is_unproved, ways)])[0]


def _outlook(verdicts: list[tuple[Delivery, str]]) -> Outlook:
    held: str = Why.NO_ADDRESS
    for row, why in verdicts:
        counted = row.notification.is_unproved
        if not why or (counted and why in SECRETS_OF_THE_ADDRESS):
            return Outlook(row.channel, is_likely=counted, why="")
        held = why
    return Outlook(why=held)


def is_reached(
    *, kind: str, recipient: User | Contact | None, is_unproved: bool = False, ways: Ways = None
) -> bool:
    """Whether a message of a kind would go to somebody now: for what the product decides and tells nobody."""
    [verdicts] = _verdicts(kind, [Asked(recipient, is_unproved, ways)])
    return any(not why for _row, why in verdicts)


def _verdicts(kind: str, people: Sequence[Asked]) -> list[list[tuple[Delivery, str]]]:
    """Of each person the ways of a message that is not written, outside ways first, and why each would not be taken."""
    what, now = kind_of(kind), timezone.now()
    drafts = [_draft(what, one) for one in people]
    users = [one.recipient for one in people if isinstance(one.recipient, User)]
    planned = list(plan(what, [draft for draft in drafts if draft], Wishes(what, users), now))
    facts = Facts(planned)
    found = []
    for one, draft in zip(people, drafts, strict=True):
        rows = [row for row in planned if row.notification is draft]
        rows = [row for row in rows if one.ways is None or row.channel in one.ways]
        rows.sort(key=lambda row: row.channel in (Channel.IN_APP, Channel.PUSH))
        found.append([(row, _why_not(row, facts, now)) for row in rows])
    return found


def _draft(what: MessageKind, one: Asked) -> Notification | None:
    if one.recipient is None:
        return None
    message = draft_of(what, one.recipient, {"for": "nobody"}, "", "")
    message.is_unproved = message.contact is not None and (one.is_unproved or what.is_asked_by_anyone)
    return message


def _why_not(row: Delivery, facts: Facts, now: dt.datetime) -> str:
    verdict = check(row, facts, now)
    return verdict.reason if isinstance(verdict, Skip) else ceilings.full(row)


def sms_problem(number: str, *, is_needed: bool = False) -> str:
    """What a form says of a number (E.164) to which messages are wanted but cannot come; empty when they can.

    That there is no gateway at present is said where nothing works without messages.
    """
    why = sms_refused(number)
    if why == Why.NO_MOBILE:
        return _(
            "This number cannot receive SMS. Write a mobile number or an e-mail, or leave the box empty."
        )
    if why == Why.COUNTRY:
        return _("We send no SMS to this country. Write an e-mail, or leave the box empty.")
    if why == Why.NO_GATEWAY and is_needed:
        return _("We cannot send SMS at present. Write an e-mail.")
    return ""
