"""Reader of telephones, those of providers and those of services."""

from __future__ import annotations

import re
from typing import Any

from common.identity import stable_uuid
from common.telephones import rings_only_at_home, stored
from services.loading.record import Record
from services.loading.registry import Row
from services.models import Phone
from services.models.fields import LANGUAGES

PHONE = re.compile(r"\s*(?P<number>\+?[0-9][0-9 ./-]{1,37}[0-9])\s*(?:\((?P<note>[^)]*)\))?\s*")
PHONE_NOTES = {  # words that plain strings of the files carry beside a number
    "gratuit": ("gratuit", "бесплатно", "free of charge"),
    "gratuit din Moldova": ("gratuit", "бесплатно", "free of charge"),
    "24/7": ("non-stop", "круглосуточно", "day and night"),
    "Info CNAM": ("Info CNAM", "Info CNAM", "Info CNAM"),
}
FROM_ABROAD = ("din străinătate", "de peste hotare")


def blank(column: str) -> dict[str, str]:
    """Three empty columns."""
    return {f"{column}_{language}": "" for language in LANGUAGES}


def phones_of(record: Record, name: str, owner: Row, column: str) -> list[Row]:
    """The telephones in a field of a record: a list of objects or, in the shorter form, one plain string."""
    raw = record.raw.get(name)
    entries = raw.split(";") if isinstance(raw, str) else [] if raw is None else raw
    if not isinstance(entries, list):
        record.wrong(name, "is not a list")
        return []
    rows = []
    for position, entry in enumerate(entries):
        key = f"{record.key}/{position}" if column == "provider_id" else f"service/{record.key}/{position}"
        values = {column: owner.pk, "position": position, **_values(record, name, entry, position)}
        rows.append(Row(Phone, stable_uuid("phone", key), key, values))
    return rows


def _values(record: Record, name: str, entry: Any, position: int) -> dict[str, Any]:
    if not isinstance(entry, dict):
        return _plain(record, name, entry)
    phone = record.within(entry, name, position)
    number = _stored(record, name, entry.get("number"))
    given = phone.code("rings_from", Phone.RingsFrom.values, required=False)
    return {
        "number": number,
        "kind": phone.code("kind", Phone.Kind.values, required=False) or Phone.Kind.CALL.value,
        "rings_from": _rings_from(number, given),
        **(blank("note") if entry.get("note") is None else phone.translated("note", longest=120)),
        **(blank("hours") if entry.get("hours") is None else phone.translated("hours", longest=80)),
        "languages": phone.words("languages", "[a-z]{2,3}", 3),
    }


def _plain(record: Record, name: str, entry: Any) -> dict[str, Any]:
    match = PHONE.fullmatch(entry) if isinstance(entry, str) else None
    if match is None:
        record.wrong(name, f"bad number: {entry!r}")
    said = (match["note"] if match else "") or ""
    abroad = said in FROM_ABROAD
    texts = ("", "", "") if abroad else PHONE_NOTES.get(said, (said, "", ""))  # an unknown note is Romanian
    number = _stored(record, name, match["number"]) if match else ""
    return {
        "number": number,
        "kind": Phone.Kind.CALL.value,
        "rings_from": _rings_from(number, Phone.RingsFrom.ABROAD.value if abroad else ""),
        **{f"note_{language}": text for language, text in zip(LANGUAGES, texts, strict=True)},
        **blank("hours"),
        "languages": [],
    }


def _stored(record: Record, name: str, number: Any) -> str:
    """The stored form of a number, empty with a fault noted where it is none."""
    try:
        return stored(number)
    except (TypeError, ValueError):
        record.wrong(name, f"bad number: {number!r}")
        return ""


def _rings_from(number: str, given: str) -> str:
    """Where it rings: what cannot be rung from abroad says so, whatever the file says."""
    if rings_only_at_home(number):
        return Phone.RingsFrom.MOLDOVA.value
    return given or Phone.RingsFrom.ANYWHERE.value
