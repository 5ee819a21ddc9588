"""What colleagues do for a client: book for a caller, outside the roster too where they may and say why."""

from __future__ import annotations

import uuid

from django.db import transaction

from accounts.models import User
from counselling.actions.booking import Client, announce, check_open, describe, free_reference
from counselling.actions.claiming import Choice, claim, just_taken, lock_person
from counselling.actors import Actor
from counselling.models import Appointment, Counsellor, Proof, Status
from counselling.reaching import check_can_reach


def book_for_client(
    *,
    choice: Choice,
    candidates: tuple[uuid.UUID, ...],
    client: Client,
    by: User,
    override_reason: str = "",
) -> Appointment:
    """Book at once. With `override_reason` outside hours, shifts, notice and limits, but never over another booking.

    Raises SlotTakenError, PersonBusyError, TooManyOpenError, UnreachableError.
    """
    with just_taken():
        lock_person(client.key)
        probe = Appointment(reason=choice.reason)
        if not override_reason:
            check_open(probe, client.key)
        check_can_reach(choice.mode, email=client.email, phone=client.phone, member=client.member)
        describe(probe, client)
        appointment = claim(
            choice=choice,
            candidates=candidates,
            by=Actor.staff(by),
            status=Status.BOOKED,
            source=Appointment.Source.OFFICE,
            reference=free_reference(),
            override_reason=override_reason,
            made_by=by,
            name=probe.name,
            note_sealed=probe.note_sealed,
            safe_contact=probe.safe_contact,
            safety_sealed=probe.safety_sealed,
            member=probe.member,
            contact=probe.contact,
            person_key=probe.person_key,
            proof=Proof.DESK,
            site_language=probe.site_language,
            visitor_zone=probe.visitor_zone,
        )
        announce(appointment, by=Actor.staff(by))
        return appointment


@transaction.atomic
def everyone_at(*, choice: Choice) -> tuple[uuid.UUID, ...]:
    """Counsellors of a shop-front who could be asked outside the roster: able, with any shift there."""
    able = Counsellor.objects.able(choice.reason, choice.language, choice.mode)
    return tuple(able.at([choice.shopfront]).values_list("pk", flat=True))
