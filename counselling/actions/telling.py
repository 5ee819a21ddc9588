"""Messages about appointments, written in the transaction of the deed that they tell of."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import User
from counselling.actors import Actor, By
from counselling.messages import MY_APPOINTMENTS, facts_of
from counselling.models import Appointment, Proof
from counselling.safety import ways_of
from notifications.actions import cancel_notifications, notify, still_planned, was_told
from notifications.models import Contact

GATHER = dt.timedelta(minutes=5)  # moves within so long are told as one
SETTLED = dt.timedelta(hours=4)  # who booked so lately needs no reminder yet
SOON = 24  # hours: reminders from here on are of the kind that is useless soon after


def tell_client(kind: str, appointment: Appointment, *, by: Actor, again: str = "", **facts: Any) -> None:
    """Write one message to whom an appointment belongs, as it is safe; nobody is told who left no address.

    What somebody does who has not proved the address is told within the ceilings of a day. Moves by the client are
    gathered: the last one counts. `again` tells one message of a kind from the next.
    """
    recipient = appointment.recipient
    if recipient is None:
        return
    facts = {"stamped_at": timezone.now().isoformat(), "by": by.by} | facts
    due = (
        _gather(recipient, appointment, facts)
        if "old_starts_at" in facts or "is_cancelled" in facts
        else None
    )
    notify(
        kind=f"counselling.{kind}",
        recipient=recipient,
        context=facts_of(appointment, **facts),
        dedupe_key=f"counselling.{kind}:{appointment.booking_id}:{appointment.sequence}{again}",
        not_before=due if by.by == By.CLIENT and kind == "moved" else None,
        url=MY_APPOINTMENTS if isinstance(recipient, User) else "",
        ways=ways_of(appointment),
        is_unproved=appointment.proof == Proof.NONE and by.by == By.CLIENT,
    )


def _gather(recipient: User | Contact, appointment: Appointment, facts: dict[str, Any]) -> dt.datetime:
    """Take the place of a move that was not told yet, old time and due time included; when it is due (UTC)."""
    prefix = f"counselling.moved:{appointment.booking_id}:"
    waiting = still_planned(recipient=recipient, prefix=prefix)
    cancel_notifications(recipient=recipient, prefix=prefix)
    if waiting is None:
        return timezone.now() + GATHER
    if "old_starts_at" in facts:
        facts["old_starts_at"] = waiting.notification.context["old_starts_at"]
    return waiting.not_before


def tell_counsellor(kind: str, appointment: Appointment, *, by: Actor, is_gathered: bool = False) -> None:
    """Let the counsellor know on the site; who makes the change need not be told of it.

    What is gathered waits some minutes, and takes the place of what was not told yet of the same booking; of one that
    came and went meanwhile nothing is told.
    """
    counsellor = appointment.counsellor
    if counsellor is None or by == Actor.staff(counsellor.user):
        return
    owner, booking = counsellor.user, appointment.booking_id
    booked, gone = (f"counselling.{name}:{booking}:" for name in ("roster_booked", "roster_cancelled"))
    waiting = still_planned(recipient=owner, prefix=booked) or still_planned(recipient=owner, prefix=gone)
    was_untold = bool(cancel_notifications(recipient=owner, prefix=booked))
    cancel_notifications(recipient=owner, prefix=gone)
    if kind == "roster_cancelled" and was_untold and not was_told(recipient=owner, prefix=booked):
        return
    due = waiting.not_before if waiting is not None else timezone.now() + GATHER
    notify(
        kind=f"counselling.{kind}",
        recipient=owner,
        context=facts_of(appointment),
        dedupe_key=f"counselling.{kind}:{booking}:{appointment.sequence}",
        not_before=due if is_gathered else None,
        url="/desk/",
    )


def _prefix(appointment: Appointment) -> str:
    return f"counselling.remind:{appointment.booking_id}:"


def plan_reminders(appointment: Appointment) -> int:
    """Plan what will remind the client, as rows of the outbox; how many. None that would follow the booking closely."""
    recipient, now, planned = appointment.recipient, timezone.now(), 0
    if recipient is None:
        return 0
    for hours in sorted(set(appointment.reason.reminder_hours), reverse=True):
        due = appointment.starts_at - dt.timedelta(hours=hours)
        if due < now + SETTLED:
            continue
        kind = "reminder_soon" if hours < SOON else "reminder"
        notify(
            kind=f"counselling.{kind}",
            recipient=recipient,
            context=facts_of(appointment),
            dedupe_key=f"{_prefix(appointment)}{appointment.sequence}:{hours}",
            not_before=due,
            url=MY_APPOINTMENTS if isinstance(recipient, User) else "",
            ways=ways_of(appointment),
        )
        planned += 1
    return planned


def forget_reminders(appointment: Appointment, recipient: User | Contact | None = None) -> None:
    """Stop every reminder that is still to come, whatever version of the booking it is of."""
    recipient = recipient or appointment.recipient
    if recipient is not None:
        cancel_notifications(recipient=recipient, prefix=_prefix(appointment))
