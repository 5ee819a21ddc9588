"""Whether a person can be reached in the way of a talk; the one rule for everything that books or moves."""

from __future__ import annotations

from accounts.models import User
from accounts.phones import can_get_sms
from counselling.errors import UnreachableError
from counselling.models import Appointment, Mode, WaitingEntry


def can_reach(mode: str, *, email: str = "", phone: str = "", member: User | None = None) -> bool:
    """By telephone somebody needs a number (E.164), by video a mailbox or a mobile; at the counter nothing."""
    email = email or (member.email if member else "")
    phone = phone or (member.phone if member else "")
    if mode == Mode.PHONE:
        return bool(phone)
    if mode == Mode.VIDEO:
        return bool(email) or bool(phone and can_get_sms(phone))
    return True


def has_way(of: Appointment | WaitingEntry, mode: str) -> bool:
    """Whether what a booking or a wish knows of its person is enough for a talk in that way."""
    email, phone = (of.contact.email, of.contact.phone) if of.contact else ("", "")
    return can_reach(mode, email=email, phone=phone, member=of.member)


def check_can_reach(mode: str, *, email: str = "", phone: str = "", member: User | None = None) -> None:
    """Raise UnreachableError when nobody could begin the talk."""
    if not can_reach(mode, email=email, phone=phone, member=member):
        raise UnreachableError(mode)
