"""The steps that a delivery may take. No I/O."""

from __future__ import annotations

from notifications.models import Delivery

S = Delivery.Status
STEPS: dict[S, frozenset[S]] = {
    S.PLANNED: frozenset({S.SENDING, S.SENT, S.SKIPPED, S.CANCELLED}),  # sent: on the site, or in a digest
    S.SENDING: frozenset({S.SENT, S.RETRY, S.FAILED, S.DEAD, S.SKIPPED, S.PLANNED, S.CANCELLED}),
    S.RETRY: frozenset({S.SENDING, S.SKIPPED, S.CANCELLED}),
    S.SENT: frozenset(
        {S.FAILED, S.RETRY}
    ),  # SMS, marked before the call: refused, or never reached the gateway
    S.FAILED: frozenset({S.PLANNED}),  # a person sends it again
    S.DEAD: frozenset({S.PLANNED}),
    S.SKIPPED: frozenset(),
    S.CANCELLED: frozenset(),
}
ENDS = frozenset({S.SENT, S.FAILED, S.DEAD, S.SKIPPED, S.CANCELLED})


class IllegalStepError(Exception):
    """A step that no delivery may take."""


def check_step(before: str, after: str) -> None:
    """Raise IllegalStepError when `after` may not follow `before`."""
    if S(after) not in STEPS[S(before)]:
        raise IllegalStepError(f"{before} -> {after}")
