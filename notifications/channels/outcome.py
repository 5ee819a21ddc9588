"""How a call to the outside ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class End(Enum):
    """What is known after a call."""

    DONE = "done"  # it was taken over
    REFUSED = "refused"  # it will never be taken over
    AGAIN = "again"  # it was surely not taken over: later it may be
    UNKNOWN = "unknown"  # it may have been taken over
    NOBODY = "nobody"  # there is nobody to call


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a call, the provider's number, and a reason without any personal data."""

    end: End
    provider_id: str = ""
    detail: str = ""
    is_away: bool = False  # it is not about this message: nobody answers there now
