"""What happens to an appointment that is booked: cancelled, moved, confirmed. A freed place goes to the waiting list."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from counselling.actions.admitting import check_day
from counselling.actions.claiming import Choice, claim, just_taken, lock_person, log
from counselling.actions.full_days import telling_of_a_full_day
from counselling.actions.moving import give_up, settle_move
from counselling.actions.telling import forget_reminders, tell_client, tell_counsellor
from counselling.actions.waiting import offer_freed_place
from counselling.actors import Actor, By
from counselling.errors import IllegalStepError, UnreachableError
from counselling.models import Appointment, Proof, Status
from counselling.reaching import has_way
from counselling.states import AHEAD, check_step


def lock(pk: uuid.UUID) -> Appointment:
    """An appointment with its row locked. Raises Appointment.DoesNotExist."""
    rows = Appointment.objects.select_for_update(of=("self",))
    return rows.select_related("reason", "shopfront", "counsellor__user", "member", "contact").get(pk=pk)


@transaction.atomic
def cancel_appointment(
    *,
    appointment: Appointment,
    by: Actor,
    reason: str = "",
    sequence: int | None = None,
    kind: str = "cancelled",
) -> Appointment:
    """Free the place and tell the other side; the freed time is offered to the waiting list.

    `sequence` is that of a link: raises IllegalStepError when it is stale, or when the appointment is over or in
    session. `kind` is the message to the client.
    """
    held = lock(appointment.pk)
    status = Status.CANCELLED_BY_CLIENT if by.by == By.CLIENT else Status.CANCELLED_BY_OFFICE
    if sequence is not None and sequence != held.sequence:
        raise IllegalStepError("a link of an older version")
    check_step(held.status, status)
    old, held.status = held.status, status
    held.sequence += 1  # calendars take the newest; links of before are stale
    held.over_at = timezone.now()
    held.made_by = by.user if by.by == By.STAFF else held.made_by
    held.save(update_fields=["status", "sequence", "over_at", "made_by"])
    log(held, old=old, by=by, reason=reason)
    forget_reminders(held)
    tell_client(kind, held, by=by, is_cancelled=True, why=reason if by.by == By.STAFF else "")
    tell_counsellor("roster_cancelled", held, by=by)
    offer_freed_place(freed=held)
    return held


def move_appointment(  # noqa: PLR0913  # facts by name
    *,
    appointment: Appointment,
    choice: Choice,
    candidates: tuple[uuid.UUID, ...],
    by: Actor,
    reason: str = "",
    sequence: int | None = None,
) -> Appointment:
    """Give the client another time in one transaction: when that is gone, the old place is kept.

    Raises SlotTakenError, PersonBusyError, IllegalStepError, UnreachableError; ProofNeededError when an unproved client moves into a day
    of which such people hold a half.
    """
    with telling_of_a_full_day(), just_taken():
        lock_person(appointment.person_key)
        old = lock(appointment.pk)
        if sequence is not None and sequence != old.sequence:
            raise IllegalStepError("a link of an older version")
        check_step(old.status, Status.MOVED)
        if not has_way(old, choice.mode):
            raise UnreachableError(choice.mode)
        list(old.waiting.select_for_update().values_list("pk"))  # entries before counsellors, as everywhere
        give_up(old, by=by, reason=reason)
        new = claim(choice=choice, candidates=candidates, by=by, **_carried(old, by))
        if by.by == By.CLIENT and new.proof == Proof.NONE:
            check_day(new)
        settle_move(old, new, by=by, reason=reason)
        offer_freed_place(freed=old)
        return new


def _carried(old: Appointment, by: Actor) -> dict[str, Any]:
    """What a moved appointment takes along."""
    fields = (
        "booking_id", "kind", "source", "reference", "member", "contact", "name", "note_sealed", "safe_contact",
        "safety_sealed", "person_key", "proof", "origin_key", "network_key", "visitor_zone", "site_language",
    )  # fmt: skip
    return {field: getattr(old, field) for field in fields} | {
        "status": Status.BOOKED,
        "sequence": old.sequence + 1,
        "moved_from": old,
        "made_by": by.user if by.by == By.STAFF else None,
    }


@transaction.atomic
def confirm_coming(*, appointment: Appointment, sequence: int | None = None) -> Appointment:
    """Note that the client comes; said twice it is said once. Raises IllegalStepError for one that is not ahead."""
    held = lock(appointment.pk)
    if held.status not in AHEAD or (sequence is not None and sequence != held.sequence):
        raise IllegalStepError("not ahead")
    if held.confirmed_at is None:
        held.confirmed_at = timezone.now()
        held.save(update_fields=["confirmed_at"])
    return held
