"""Columns here that DATA_KEYS seal and HASH_KEY hashes."""

from __future__ import annotations

from common.sealed import HashedColumn, SealedColumn
from counselling import notes
from counselling.identity import person_key
from counselling.models import Appointment, WaitingEntry

TRIED = 20


def _hashes_of(model: type[Appointment] | type[WaitingEntry]) -> list[tuple[str, str]]:
    """What the newest rows hold, and what their addresses give now; whose account it is has the key of that."""
    rows = model._base_manager.exclude(person_key="").filter(member=None, contact__erased_at__isnull=True)
    pairs = (
        rows.exclude(contact=None)
        .order_by("-created_at")
        .values_list("person_key", "contact__email", "contact__phone")
    )
    return [(kept, person_key(email=email, phone=phone)) for kept, email, phone in pairs[:TRIED]]


COLUMNS = (
    SealedColumn(Appointment, "note_sealed", notes.PURPOSE),
    SealedColumn(Appointment, "safety_sealed", notes.PURPOSE),
    SealedColumn(WaitingEntry, "safety_sealed", notes.PURPOSE),
    HashedColumn(Appointment, "person_key", lambda: _hashes_of(Appointment)),
    HashedColumn(WaitingEntry, "person_key", lambda: _hashes_of(WaitingEntry)),
)
