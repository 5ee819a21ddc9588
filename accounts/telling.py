"""How accounts tell people things: the app of the outbox stands above and registers itself here at start."""

from __future__ import annotations

from typing import Any, Protocol

from accounts.models import User


class Teller(Protocol):
    """Writes one message into the outbox, in the caller's transaction."""

    def __call__(  # noqa: PLR0913  # facts by name
        self,
        *,
        kind: str,
        user: User | None,
        email: str,
        phone: str,
        language: str,
        context: dict[str, Any],
        dedupe_key: str,
        url: str,
    ) -> None:
        """`email` counts when there is no `user`, or when it must go to an address that is not the user's.

        `phone` (E.164) counts alone: it is a number that belongs to no account yet.
        """


_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """Make the outbox known."""
    _tellers[:] = [teller]


def tell(  # noqa: PLR0913  # facts by name
    *,
    kind: str,
    user: User | None = None,
    email: str = "",
    phone: str = "",
    language: str = "",
    context: dict[str, Any] | None = None,
    dedupe_key: str,
    url: str = "",
) -> None:
    """Tell a person, or an address that belongs to none. Raises RuntimeError when no outbox is installed."""
    if not _tellers:
        raise RuntimeError("no outbox is registered")
    _tellers[0](
        kind=kind,
        user=user,
        email=email,
        phone=phone,
        language=language or (user.language if user else "ro"),
        context=context or {},
        dedupe_key=dedupe_key,
        url=url,
    )
