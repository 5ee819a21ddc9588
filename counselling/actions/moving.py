"""The one way in which an appointment takes the place of another, whoever gave the new time."""

from __future__ import annotations

from django.utils import timezone

from counselling.actions.claiming import log
from counselling.actions.telling import forget_reminders, plan_reminders, tell_client, tell_counsellor
from counselling.actors import Actor, By
from counselling.models import Appointment, Status
from counselling.states import check_step


def give_up(old: Appointment, *, by: Actor, reason: str) -> None:
    """End the old version, whose row is locked, before the new one claims its time. Raises IllegalStepError."""
    check_step(old.status, Status.MOVED)
    before, old.status, old.over_at = old.status, Status.MOVED, timezone.now()
    old.save(update_fields=["status", "over_at"])
    log(old, old=before, by=by, reason=reason)
    forget_reminders(old)


def settle_move(old: Appointment, new: Appointment, *, by: Actor, reason: str = "") -> None:
    """Tell everyone of the new version, plan its reminders, and let it stand for the old one on the waiting list.

    `reason` is read by the client.
    """
    is_gathered = by.by == By.CLIENT
    tell_client("moved", new, by=by, old_starts_at=old.starts_at.isoformat(), why=reason)
    if new.counsellor_id != old.counsellor_id:
        tell_counsellor("roster_cancelled", old, by=by, is_gathered=is_gathered)
    tell_counsellor("roster_booked", new, by=by, is_gathered=is_gathered)
    plan_reminders(new)
    old.waiting.update(instead_of=new)
