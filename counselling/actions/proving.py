"""A code to an address that somebody typed: whoever types it back reads what is sent there."""

from __future__ import annotations

import uuid

from django.db import transaction

from notifications.actions import notify
from notifications.models import Contact
from notifications.outlook import outlook

MINUTES = 10


def can_send_proof_code(*, email: str, phone: str) -> bool:
    """Whether a code would go out, as far as whoever types an address may know."""
    recipient = Contact(email=email, phone=phone)
    return bool(outlook(kind="counselling.proof_code", recipient=recipient).channel)


@transaction.atomic
def send_proof_code(*, email: str, phone: str, language: str, code: str) -> None:
    """Send a code, by mail or SMS, in the language of the page on which it was asked for.

    Nobody has agreed to more than this code: the address is forgotten after 30 days like every such.
    """
    notify(
        kind="counselling.proof_code",
        recipient=Contact.objects.create(email=email, phone=phone, language=language),
        context={"code": code, "minutes": MINUTES},
        dedupe_key=f"counselling.proof_code:{uuid.uuid4()}",
    )
