"""What went wrong, said to the person."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.phones import shown
from common.message_kinds import Channel
from counselling.errors import (
    BookingError,
    NotOfferedError,
    PersonBusyError,
    ProofNeededError,
    SlotTakenError,
    TooManyOpenError,
    UnreachableError,
)
from counselling.models import Appointment
from counselling.safety import ways_of
from notifications.outlook import Asked, Outlook, outlooks
from shopfronts.models import ShopFront

PROBLEMS: dict[type[BookingError], Promise] = {
    SlotTakenError: _("This time has just been taken. Please choose another one; here is what is free now."),
    PersonBusyError: _("You already have an appointment at that time. Please choose another time."),
    TooManyOpenError: _(
        "You already have an upcoming appointment about this. You can move or cancel it with the link in our message."
    ),
    ProofNeededError: _(
        "Many times of that day are held by people whom we cannot reach yet. Please choose another day."
    ),
    UnreachableError: _(
        "For this way we need your telephone number or an address. Please choose another way or add it."
    ),
    NotOfferedError: _("This time is not offered, or it is now too soon. Here is what is free."),
}

STALE = _(
    "Your sign-in changed while this form was open. Nothing is lost: please press the button once more."
)
WORK_FIRST = _(
    "One moment: your device must do a small calculation first. Please press the button once more."
)


def problem_of(error: BookingError) -> str:
    """One or two sentences: what happened and what to do now."""
    otherwise = _("We could not read which time you chose. Please choose it once more.")
    return str(PROBLEMS.get(type(error), otherwise))


def how_relatives_book(shopfront: ShopFront, *, is_member: bool) -> str:
    """For who has enough bookings of their own: one for a relative; in an account the form asks for no other contact."""
    told: list[Promise | str] = [
        _(
            "Is this one for a relative? Sign out first, then book it under their name and with their own e-mail or "
            "telephone."
        )
        if is_member
        else _("Is this one for a relative? Book it under their name and with their own e-mail or telephone.")
    ]
    if shopfront.phone:
        told.append(str(_("We can also book it for you: call %(phone)s.")) % {"phone": shopfront.phone})
    return " ".join(map(str, told))


def is_told(appointment: Appointment, kind: str) -> bool:
    """Whether its client would be written to about it now."""
    return bool(_outlooks([appointment], kind)[0].channel)


def told_or_not(appointment: Appointment, kind: str) -> str:
    """For a colleague who has changed an appointment: whether its client is written to, and what to do if not."""
    [found] = _outlooks([appointment], kind)
    if found.channel == Channel.EMAIL:
        return str(_("The client is written to by e-mail."))
    if found.channel == Channel.SMS:
        return str(_("The client is written to by SMS."))
    if found.channel:
        return str(_("The client finds it under “Messages” on this site."))
    return _instead(appointment)


def untold(appointments: Sequence[Appointment], kind: str) -> list[str]:
    """Of each whose client no message would reach what to do instead; nothing of the others."""
    found = _outlooks(appointments, kind)
    return ["" if one.channel else _instead(row) for row, one in zip(appointments, found, strict=True)]


def _outlooks(appointments: Sequence[Appointment], kind: str) -> list[Outlook]:
    return outlooks(f"counselling.{kind}", [Asked(row.recipient, ways=ways_of(row)) for row in appointments])


def _instead(appointment: Appointment) -> str:
    # Of who was asked how they may be reached the page of the appointment says it.
    may_call = ways_of(appointment) is None
    if may_call and appointment.contact is not None and appointment.contact.phone:
        phone = shown(appointment.contact.phone)
        return str(_("The client gets no message: please call %(phone)s.")) % {"phone": phone}
    return str(_("The client gets no message."))
