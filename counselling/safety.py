"""How someone in danger may be reached: their answer, and what they wrote beside it, encrypted at rest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Protocol

from common.message_kinds import Channel
from counselling import notes
from counselling.models import SafeContact

# Ways by which a message may go; on the site it waits until its reader signs in.
WAYS: dict[str, frozenset[Channel]] = {
    SafeContact.SMS: frozenset({Channel.IN_APP, Channel.SMS}),
    SafeContact.NO: frozenset({Channel.IN_APP}),
}


class Reached(Protocol):
    """A row that holds such an answer."""

    safe_contact: str
    safety_sealed: bytes | memoryview | None


@dataclass(frozen=True, slots=True)
class Safety:
    """Whether it is safe to reach someone, what to say if somebody else answers, and when it is best."""

    contact: str = ""  # a SafeContact; empty: nobody asked
    if_another: str = ""
    best_hour: str = ""

    @classmethod
    def of(cls, row: Reached) -> Safety:
        """What a row holds."""
        text = notes.unseal(row.safety_sealed)
        try:
            if_another, best_hour = json.loads(text)
        except ValueError:  # nothing, or the sentence that it cannot be opened
            if_another, best_hour = text, ""
        return cls(row.safe_contact, if_another, best_hour)

    def sealed(self) -> bytes | None:
        """Both texts as they are kept."""
        if not (self.if_another or self.best_hour):
            return None
        return notes.seal(json.dumps([self.if_another, self.best_hour]))


NOBODY_ASKED = Safety()


def ways_of(row: Reached) -> frozenset[Channel] | None:
    """By which ways messages may go; None: by all."""
    return WAYS.get(row.safe_contact)
