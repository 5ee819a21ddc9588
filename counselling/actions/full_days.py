"""A shop-front is told that people whom nothing proves hold half of a day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from counselling.actions.roster import administrators, managers
from counselling.errors import ProofNeededError
from notifications.actions import notify


@contextmanager
def telling_of_a_full_day() -> Iterator[None]:
    """Where a deed fails because of it, tell the managers, without one the administrators: once a day.

    To be entered before the deed's own transaction, which is undone.
    """
    try:
        yield
    except ProofNeededError as error:
        if error.day is not None:
            for person in managers().get(error.place) or administrators():
                notify(
                    kind="counselling.full_day",
                    recipient=person,
                    context={"place": error.place, "on": error.day.isoformat()},
                    dedupe_key=f"counselling.full_day:{error.place}:{timezone.localdate()}",
                    url=f"/desk/unproved/?at={error.place}",
                )
        raise
