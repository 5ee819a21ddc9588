"""How much may go to addresses that nobody has proved: to one mailbox or number, to one country, in all, by day.

Counted in PostgreSQL in the moment of sending, so that no restart forgets and several workers count as one. What an
account, a colleague or the clock sends is not counted, and no ceiling holds it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.phones import country_of
from common.crypto import keyed_hash
from common.message_kinds import Category, Channel, kind_of
from notifications.mailboxes import mailbox_of
from notifications.models import DayCount, Delivery

logger = logging.getLogger(__name__)
OWN, OTHERS = "the ceiling of this address", "the ceiling of all addresses"
COUNT_ONE = """
    INSERT INTO notifications_daycount ("on", what, key, count) VALUES (%s, %s, %s, 1)
    ON CONFLICT ("on", what, key) DO UPDATE SET count = notifications_daycount.count + 1
    WHERE notifications_daycount.count < %s RETURNING count
"""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What is counted and how many there may be; `why` is said of a message that it holds."""

    what: str
    key: str
    most: int
    why: str


def over(row: Delivery) -> list[Ceiling]:
    """The ceilings that hold for a message, the narrowest first; none for one that is not counted."""
    contact = row.notification.contact
    if contact is None or not row.notification.is_unproved:
        return []
    kind = kind_of(row.notification.kind)
    is_code = kind.category == Category.SECURITY
    about = "codes" if is_code else "messages"
    # Each sort has its own count of all: whoever fills that of words to strangers keeps nobody's code or reminder back.
    sort = "words" if is_code and not kind.is_secret else about
    if row.channel == Channel.EMAIL:
        most = settings.UNPROVED_MAIL_CODES_A_DAY if is_code else settings.UNPROVED_MAILS_A_DAY
        return [
            Ceiling(f"email:{about}", _hash(mailbox_of(contact.email)), most, OWN),
            Ceiling("email", sort, settings.UNPROVED_MAILS_A_DAY_IN_ALL, OTHERS),
        ]
    most = settings.UNPROVED_SMS_CODES_A_DAY if is_code else settings.UNPROVED_SMS_A_DAY
    return [
        Ceiling(f"sms:{about}", _hash(contact.phone), most, OWN),
        Ceiling(
            "sms", f"{sort}:{country_of(contact.phone)}", settings.UNPROVED_SMS_A_DAY_TO_A_COUNTRY, OTHERS
        ),
        Ceiling("sms", sort, settings.UNPROVED_SMS_A_DAY_IN_ALL, OTHERS),
    ]


class _FullError(Exception):
    """A ceiling is reached: what was counted for this message before it counts no more."""


def take(row: Delivery) -> str:
    """Count one message at its first try; empty when it may go, else why not, and then nothing is counted.

    The locks are taken from the narrowest count to the widest by everyone, so that two workers never wait in a circle.
    """
    counted = over(row) if row.attempts <= 1 else []
    if not counted:
        return ""
    today = timezone.localdate()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for one in counted:
                cursor.execute(COUNT_ONE, [today, one.what, one.key, one.most])
                if cursor.fetchone() is None:
                    raise _FullError(one)
    except _FullError as error:
        full: Ceiling = error.args[0]
        if full.why == OTHERS:
            logger.error(
                "messages to unproved addresses: the day's ceiling %s %s is reached", full.what, full.key
            )
        return full.why
    return ""


def full(row: Delivery) -> str:
    """Why a message would be held now; empty when it would go. Counts nothing."""
    today = timezone.localdate()
    for one in over(row):
        if DayCount.objects.filter(on=today, what=one.what, key=one.key, count__gte=one.most).exists():
            return one.why
    return ""


def _hash(address: str) -> str:
    return keyed_hash(address, purpose="notifications.ceilings")
