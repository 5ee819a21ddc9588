"""Who booked, without keeping the address: keyed hashes, references, tickets; pure but for HASH_KEY."""

from __future__ import annotations

import secrets

from common.client_address import household_of, network_of
from common.crypto import keyed_hash
from counselling.models import REFERENCE_LETTERS

REFERENCE_LENGTH = 8
PERSON, ORIGIN, NETWORK = "counselling.person", "counselling.origin", "counselling.network"


def person_key(*, email: str = "", phone: str = "") -> str:
    """The same for every booking under an address; empty without one. SHA-256, hexadecimal."""
    if email:
        return keyed_hash(f"email:{email.strip().lower()}", purpose=PERSON)
    return keyed_hash(f"phone:{phone}", purpose=PERSON) if phone else ""


def origin_key(address: str) -> str:
    """The same for every booking from a network address; empty without one.

    One household has 2^64 addresses of IPv6: they count as one.
    """
    return keyed_hash(household_of(address), purpose=ORIGIN) if address else ""


def network_key(address: str) -> str:
    """The same for every booking from the neighbourhood of an address (/24, of IPv6 /48); empty without one."""
    return keyed_hash(network_of(address), purpose=NETWORK) if address else ""


def new_reference() -> str:
    """Eight characters that are hard to mishear: 30^8, about 656 thousand million."""
    return "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(REFERENCE_LENGTH))


def clean_reference(text: str) -> str:
    """A reference as people type it (with spaces, dashes, small letters) in the form that is kept."""
    return "".join(sign for sign in text.upper() if sign in REFERENCE_LETTERS)
