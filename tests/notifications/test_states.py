"""The table of steps is total, and every way through it comes to an end."""

from __future__ import annotations

import itertools

import pytest

from notifications.delivery.states import ENDS, STEPS, IllegalStepError, check_step
from notifications.models import Delivery

S = Delivery.Status
ALLOWED = {
    "planned": "sending sent skipped cancelled",
    "sending": "sent retry failed dead skipped planned cancelled",
    "retry": "sending skipped cancelled",
    "sent": "failed retry",
    "failed": "planned",
    "dead": "planned",
    "skipped": "",
    "cancelled": "",
}
PAIRS = list(itertools.product(S, S))


@pytest.mark.parametrize(("before", "after"), PAIRS, ids=[f"{a}-{b}" for a, b in PAIRS])
def test_step_is_allowed_or_refused(before: str, after: str) -> None:
    if after in ALLOWED[before].split():
        check_step(before, after)
    else:
        with pytest.raises(IllegalStepError, match=f"{before} -> {after}"):
            check_step(before, after)


def test_table_names_every_state() -> None:
    assert set(STEPS) == set(S)
    assert set(S) - ENDS == {S.PLANNED, S.SENDING, S.RETRY}


@pytest.mark.parametrize("status", S)
def test_an_end_can_be_reached_from_every_state(status: S) -> None:
    reached, new = {status}, {status}
    while new:
        new = set().union(*(STEPS[one] for one in new)) - reached
        reached |= new
    assert reached & ENDS
