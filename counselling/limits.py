"""How often visitors may press; beyond that their device works for each booking. Nobody is refused, nobody is proved.

What may stand at the same time is in `actions/admitting.py`. The work is ALTCHA's (version 1): made and checked here, no third party is asked. Counters live in the cache;
were it away, each process counts for itself.
"""

from __future__ import annotations

import datetime as dt
import json

from altcha.v1 import ChallengeOptions, create_challenge, verify_solution
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.crypto import salted_hmac

from counselling.actions import Visitor
from counselling.forms.work import WorkForm
from counselling.models import Proof

HOUR = 3600
PRESSES = 12  # an hour from one address before a device must work for the next booking; a hostel shares one
CODES = 12  # codes an hour that are asked for from one address before the same
IN_A_NETWORK = 10  # times as many from a network
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


def count_press(what: str, visitor: Visitor) -> None:
    """Count one more by address and network; who has signed in, colleagues among them, is not counted."""
    if visitor.member is None:
        count(what, visitor.origin)
        count(what, visitor.network)


def needs_work(what: str, most: int, visitor: Visitor) -> bool:
    """Whether a device must work before the next: it slows a flood and proves nobody. Nobody proved is asked."""
    if visitor.proof != Proof.NONE:
        return False
    return seen(what, visitor.origin) > most or seen(what, visitor.network) > most * IN_A_NETWORK


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


def is_worked(payload: str) -> bool:
    """Whether a payload (base64 of JSON) solves a riddle of ours that has not run out and was not used before."""
    form = WorkForm.read(payload)
    if not form.is_valid():
        return False
    good, _why = verify_solution(form.cleaned_data, _secret(), check_expires=True)
    life = int(PROOF_LIFE.total_seconds())
    return good and bool(cache.add(f"work:{form.cleaned_data['signature']}", 1, timeout=life))


def _secret() -> str:
    return salted_hmac(
        "counselling.proof", "altcha", secret=settings.SECRET_KEY, algorithm="sha256"
    ).hexdigest()
