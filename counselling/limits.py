"""How many bookings one place or one address may make; near the limit a device proves that it is worth it.

The proof of work is ALTCHA's (version 1): made and checked here, no third party is asked. Counters live in the cache;
were it away, each process counts for itself.
"""

from __future__ import annotations

import base64
import datetime as dt
import json

from altcha.v1 import ChallengeOptions, create_challenge, verify_solution
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.crypto import salted_hmac

from counselling.models import Appointment

HOUR = 3600
PROOF_AT, REFUSE_AT = 12, 80  # holds an hour from one address; a hostel shares one
PERSON_PROOF_AT, PERSON_REFUSE_AT = 3, 8  # bookings a day under one e-mail or telephone
FIND_AT = 20  # tries an hour to open a booking by its reference
HARDEST = 60_000  # hashes: about a second on a phone
PROOF_LIFE = dt.timedelta(minutes=20)


def count(what: str, key: str) -> int:
    """Count one more within the hour; how many there are now."""
    name = f"limit:{what}:{key}"
    if cache.add(name, 1, timeout=HOUR):
        return 1
    try:
        return int(cache.incr(name))
    except ValueError:  # it ran out between the two
        return 1


def seen(what: str, key: str) -> int:
    """How many were counted within the hour."""
    return int(cache.get(f"limit:{what}:{key}") or 0)


def bookings_of(person_key: str) -> int:
    """How many bookings were made under an address within a day."""
    if not person_key:
        return 0
    since = timezone.now() - dt.timedelta(days=1)
    return Appointment.objects.filter(person_key=person_key, created_at__gt=since, sequence=0).count()


def needs_proof(*, origin_key: str, person_key: str = "") -> bool:
    """Whether the next booking must come with a proof of work."""
    return seen("hold", origin_key) >= PROOF_AT or bookings_of(person_key) >= PERSON_PROOF_AT


def is_over(*, origin_key: str, person_key: str = "") -> bool:
    """Whether no more is taken for now."""
    return seen("hold", origin_key) > REFUSE_AT or bookings_of(person_key) >= PERSON_REFUSE_AT


def challenge() -> str:
    """A riddle for a device, as JSON (ALTCHA version 1)."""
    made = create_challenge(
        ChallengeOptions(
            algorithm="SHA-256",
            max_number=HARDEST,
            hmac_key=_secret(),
            expires=timezone.now() + PROOF_LIFE,
        )
    )
    return json.dumps(
        {
            "algorithm": made.algorithm,
            "challenge": made.challenge,
            "salt": made.salt,
            "signature": made.signature,
            "maxnumber": HARDEST,
        }
    )


def is_proof(payload: str) -> bool:
    """Whether a payload (base64 of JSON) solves a riddle of ours that has not run out and was not used before."""
    try:
        good, _why = verify_solution(payload, _secret(), check_expires=True)
        signature = json.loads(base64.b64decode(payload))["signature"] if good else ""
    except (ValueError, KeyError, TypeError):
        return False
    life = int(PROOF_LIFE.total_seconds())
    return bool(signature) and bool(cache.add(f"proof:{signature}", 1, timeout=life))


def _secret() -> str:
    return salted_hmac(
        "counselling.proof", "altcha", secret=settings.SECRET_KEY, algorithm="sha256"
    ).hexdigest()
