"""Who does something to an appointment."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from counselling.models import AppointmentStep

By = AppointmentStep.By


@dataclass(frozen=True, slots=True)
class Actor:
    """The client (by a link, or signed in), a colleague, or the product itself."""

    by: By
    user: User | None = None

    @classmethod
    def client(cls, user: User | None = None) -> Actor:
        """The one whose appointment it is."""
        return cls(By.CLIENT, user)

    @classmethod
    def staff(cls, user: User) -> Actor:
        """A colleague."""
        return cls(By.STAFF, user)

    @classmethod
    def system(cls) -> Actor:
        """Nobody: the clock."""
        return cls(By.SYSTEM)
