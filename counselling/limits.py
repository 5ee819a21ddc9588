"""How often visitors may press; beyond that their device works for each booking. Nobody is refused, nobody is proved.

What may stand at the same time is in `actions/admitting.py`; the work is `common.work`.
"""

from __future__ import annotations

from common.counting import IN_A_NETWORK, count, seen
from counselling.actions import Visitor
from counselling.models import Proof

HOUR = 3600
PRESSES = 12  # an hour from one address before a device must work for the next booking; a hostel shares one
CODES = 12  # codes an hour that are asked for from one address before the same
CODES_A_DAY = 40  # from one address: each is a mail or an SMS to anybody, and there are so many a day in all
TICKETS = 8  # a minute from one tablet: more than people can tap, and no script fills the queue
FIND_AT = 20  # tries an hour to open a booking by its reference, from one address
# Tries an hour at one reference, from wherever; beyond them only the link in the message opens it.
REFERENCE_AT = 30


def count_press(what: str, visitor: Visitor) -> None:
    """Count one more by address and network; who has signed in, colleagues among them, is not counted."""
    if visitor.member is None:
        for key in (visitor.origin, visitor.network):
            count(f"{what}:{key}", seconds=HOUR)


def needs_work(what: str, most: int, visitor: Visitor) -> bool:
    """Whether a device must work before the next: it slows a flood and proves nobody. Nobody proved is asked."""
    if visitor.proof != Proof.NONE:
        return False
    from_network = seen(f"{what}:{visitor.network}")
    return seen(f"{what}:{visitor.origin}") > most or from_network > most * IN_A_NETWORK
