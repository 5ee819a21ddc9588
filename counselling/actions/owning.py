"""What only the link in a message decides: that a booking is its owner's, and which of two talks they keep."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from counselling.actions.booking import clashes_of
from counselling.actions.changing import cancel_appointment, lock
from counselling.actions.claiming import just_taken, lock_person
from counselling.actions.telling import tell_client
from counselling.actions.waiting import clashes_with_offer, take_offer
from counselling.actors import Actor
from counselling.errors import ClashError, IllegalStepError
from counselling.models import Appointment, Offer, Proof, Status
from counselling.states import AHEAD

LINK_HOURS = 6  # within so long the link is sent once


@transaction.atomic
def send_link_again(*, appointment: Appointment) -> None:
    """Send the link of a booking ahead to the address that was left with it; a few times a day, whoever asks."""
    turn = int(timezone.now().timestamp()) // (LINK_HOURS * 3600)
    if appointment.is_ahead and appointment.status == Status.BOOKED and appointment.recipient is not None:
        tell_client("link", appointment, by=Actor.client(), again=f":{turn}")


def prove_appointment(*, appointment: Appointment, keeps_it: bool = False) -> Appointment:
    """Note that the owner of the address stands behind a booking; said twice it is said once.

    With `keeps_it` what clashes with it is cancelled, for its owner has chosen. Raises ClashError while something does,
    IllegalStepError when the booking is not ahead.
    """
    with just_taken():
        lock_person(appointment.person_key)
        held = lock(appointment.pk)
        if held.proof != Proof.NONE:
            return held
        if held.status not in AHEAD:
            raise IllegalStepError("not ahead")
        clashes = clashes_of(held)
        if clashes and not keeps_it:
            raise ClashError(clashes)
        for one in clashes:
            cancel_appointment(appointment=one, by=Actor.client(one.member))
        held.proof = Proof.ADDRESS
        held.save(update_fields=["proof"])
        return held


def take_instead(*, offer: Offer) -> Appointment:
    """Take an offered place and cancel what its owner has at that hour; nothing is cancelled when the offer is over.

    Raises SlotTakenError, IllegalStepError when the other talk has begun.
    """
    with just_taken():
        lock_person(offer.entry.person_key)
        for one in clashes_with_offer(offer):
            cancel_appointment(appointment=one, by=Actor.client(one.member))
        return take_offer(offer=offer)
