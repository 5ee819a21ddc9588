"""Messages about appointments, written in the transaction of the deed that they tell of."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import User
from counselling.messages import MY_APPOINTMENTS, facts_of
from counselling.models import Appointment
from counselling.safety import ways_of
from notifications.actions import cancel_notifications, notify
from notifications.models import Contact

SETTLED = dt.timedelta(hours=4)  # who booked so lately needs no reminder yet
SOON = 24  # hours: reminders from here on are of the kind that is useless soon after


def tell_client(kind: str, appointment: Appointment, **facts: Any) -> None:
    """Write one message to whom an appointment belongs, as it is safe; nobody is told who left no address."""
    recipient = appointment.recipient
    if recipient is None:
        return
    facts.setdefault("stamped_at", timezone.now().isoformat())
    notify(
        kind=f"counselling.{kind}",
        recipient=recipient,
        context=facts_of(appointment, **facts),
        dedupe_key=f"counselling.{kind}:{appointment.booking_id}:{appointment.sequence}",
        url=MY_APPOINTMENTS if isinstance(recipient, User) else "",
        ways=ways_of(appointment),
    )


def tell_counsellor(kind: str, appointment: Appointment) -> None:
    """Let the counsellor know on the site; who made the change need not be told of it."""
    if appointment.counsellor is not None and appointment.counsellor.user_id != appointment.made_by_id:
        notify(
            kind=f"counselling.{kind}",
            recipient=appointment.counsellor.user,
            context=facts_of(appointment),
            dedupe_key=f"counselling.{kind}:{appointment.booking_id}:{appointment.sequence}",
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
