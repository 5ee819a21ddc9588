"""Readers of providers and of services."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from common.identity import stable_uuid
from services.loading.kinds import places
from services.loading.record import GENERAL_KNOWLEDGE, Record, first_day
from services.loading.registry import Files, Kind, Row
from services.models import (
    Audience,
    CostOption,
    CostType,
    Location,
    Mode,
    Phase,
    Phone,
    Provider,
    PublicationStatus,
    Sector,
    Service,
    ServiceAtLocation,
)
from services.models.fields import LANGUAGES

ABBREVIATION = re.compile(r"\(([A-ZĂÂÎȘȚ][A-Za-zĂÂÎȘȚ-]{1,11})\)")
PHONE = re.compile(r"^\s*(?P<number>\+?[0-9][0-9 ./-]*[0-9])\s*(?:\((?P<note>[^)]*)\))?\s*$")
PHONE_NOTES = {  # words that plain strings of the files carry beside a number
    "gratuit": ("gratuit", "бесплатно", "free of charge"),
    "gratuit din Moldova": ("gratuit din Moldova", "бесплатно из Молдовы", "free of charge from Moldova"),
    "din străinătate": ("din străinătate", "из-за границы", "from abroad"),
    "24/7": ("zi și noapte", "круглосуточно", "day and night"),
}
STATUS = {
    "existing": (PublicationStatus.PUBLISHED, True),
    "confirm": (PublicationStatus.PUBLISHED, False),
    "proposal": (PublicationStatus.SUGGESTION, False),
}
LANGUAGE_CODE = re.compile(r"^[a-z]{2,3}$")
YEAR = re.compile(r"\b(20\d\d)\b")


def blank(column: str) -> dict[str, str]:
    """Three empty columns."""
    return {f"{column}_{language}": "" for language in LANGUAGES}


def read_providers(files: Files) -> list[Row]:
    """Providers with their telephones and places."""
    where = places(files)
    rows = []
    for record in files.records("providers", files.content.get("providers")):
        names = record.translated("name", longest=160)
        values = {
            "key": record.key,
            **names,
            **record.translated("summary"),
            "abbreviations": _abbreviations(record.key, names),
            "sector": record.code("sector", Sector.values),
            "website": record.url("website", longest=300),
            "email": record.email("email"),
            "coverage": [where.get(word, "") for word in record.codes("localities", where)],
            "source": record.source(),
            "source_date": record.partial_date("source_date"),
            "note": record.text("note"),
        }
        row = Row(Provider, stable_uuid("provider", record.key), record.key, values)
        row.children = [*_phones(record, row), *_location(record, row, names)]
        rows.append(row)
    return rows


def _abbreviations(key: str, names: dict[str, str]) -> list[str]:
    found = {match for name in names.values() for match in ABBREVIATION.findall(name) if match[:2].isupper()}
    return sorted(found)


def _phones(record: Record, provider: Row) -> list[Row]:
    raw = record.raw.get("phone")
    entries: list[Any] = raw.split(";") if isinstance(raw, str) else raw or []
    rows = []
    for position, entry in enumerate(entries):
        number, note = _phone(record, entry)
        if number:
            name = f"{record.key}/{position}"
            values = {"provider_id": provider.pk, "position": position, "number": number, **note}
            rows.append(Row(Phone, stable_uuid("phone", name), name, values))
    return rows


def _phone(record: Record, entry: Any) -> tuple[str, dict[str, str]]:
    if isinstance(entry, dict):
        note = entry.get("note")
        number = entry.get("number")
        if not isinstance(number, str) or not PHONE.match(number):
            record.wrong("phone", f"bad number: {number!r}")
            return "", blank("note")
        return number, record.translations("phone", note, "note", longest=120) if note else blank("note")
    match = PHONE.match(entry) if isinstance(entry, str) else None
    if match is None:
        record.wrong("phone", f"bad number: {entry!r}")
        return "", blank("note")
    words = PHONE_NOTES.get(match["note"] or "", ("", "", ""))
    return match["number"], {
        f"note_{language}": text for language, text in zip(LANGUAGES, words, strict=True)
    }


def _location(record: Record, provider: Row, names: dict[str, str]) -> list[Row]:
    address = record.text("address", longest=240)
    districts = [
        code for code in provider.values["coverage"] if code not in ("nationwide", "abroad", "online", "")
    ]
    if not address or not districts:
        return []
    values = {
        "key": record.key,
        "provider_id": provider.pk,
        **names,
        "address": address,
        "locality_id": stable_uuid("locality", districts[0]),
    }
    return [Row(Location, stable_uuid("location", record.key), record.key, values)]


def read_services(files: Files) -> list[Row]:
    """Services with their amounts and places."""
    where = places(files)
    providers, categories = files.keys["providers"], files.keys["categories"]
    parts = [key for key, raw in categories.items() if raw.get("parent") is not None]
    located = {row_key for row_key, raw in providers.items() if raw.get("address")}
    rows = []
    for record in files.records("services", files.content.get("services")):
        cost = record.raw.get("cost")
        cost = cost if isinstance(cost, dict) else {}
        status = record.code("status", STATUS)
        provider = record.code("provider", providers)
        category = record.code("category", parts)
        modes = record.codes("modes", Mode.values, required=True)
        row = Row(
            Service,
            stable_uuid("service", record.key),
            record.key,
            {
                "key": record.key,
                "provider_id": stable_uuid("provider", provider),
                "category_id": stable_uuid("category", category),
                **_texts(record),
                "phases": record.codes("phases", Phase.values, required=True),
                "audiences": record.codes("audiences", Audience.values, required=True),
                "destination_countries": record.codes("destination_countries", files.keys["iso"]),
                "modes": modes,
                "languages": _languages(record),
                "coverage": [where.get(word, "") for word in record.codes("localities", where)],
                "cost_type": cost.get("type") if cost.get("type") in CostType.values else "",
                "url": record.url("url"),
                **_trust(record, status, files),
            },
        )
        if not row.values["cost_type"]:
            record.wrong("cost", f"unknown type: {cost.get('type')!r}")
        row.children = _amounts(record, row, cost)
        if provider in located and "in_person" in modes:
            row.children.append(_at_location(row, provider))
        rows.append(row)
    return rows


def _texts(record: Record) -> dict[str, Any]:
    legal = record.raw.get("legal_basis")
    basis = (
        record.translations("legal_basis", legal, "legal_basis", longest=300)
        if isinstance(legal, dict)
        else {f"legal_basis_{language}": record.text("legal_basis", longest=300) for language in LANGUAGES}
    )
    return {
        **record.translated("name", longest=160),
        **record.translated("summary"),
        **record.translated("description"),
        **record.translated("eligibility", required=False),
        **record.translated_lines("documents_needed", "documents"),
        **record.translated_lines("steps"),
        **basis,
    }


def _languages(record: Record) -> list[str]:
    codes = record.raw.get("languages")
    if codes is None:
        return ["ro"]  # the state language, in which every provider in Moldova must answer
    if not isinstance(codes, list) or not all(isinstance(c, str) and LANGUAGE_CODE.match(c) for c in codes):
        record.wrong("languages", "is not a list of ISO 639 codes")
        return []
    return codes


def _trust(record: Record, status: str, files: Files) -> dict[str, Any]:
    """Status and freshness; why the dates are taken so: docs/adr/0008-freshness-of-imported-facts.md."""
    publication, confirmed = STATUS.get(status, (PublicationStatus.DRAFT, False))
    source, source_date = record.source(), record.partial_date("source_date")
    verified: dt.date | None = None
    if source_date and not source.startswith(GENERAL_KNOWLEDGE):
        verified = first_day(source_date)
    elif source.startswith("http"):
        verified = files.content.get("read_on")
    return {
        "source": source,
        "source_date": source_date,
        "status": publication.value,
        "is_confirmed": confirmed and not source.startswith(GENERAL_KNOWLEDGE),
        "verified_on": verified,
        "valid_until": record.date("valid_until"),
        "note": " ".join(part for part in (record.text("status_note"), record.text("note")) if part),
    }


def _amounts(record: Record, service: Row, cost: dict[str, Any]) -> list[Row]:
    rows = []
    amounts = cost.get("amounts")
    for position, raw in enumerate(amounts if isinstance(amounts, list) else []):
        entry = record.within(raw, "cost.amounts", position)
        note = entry.raw.get("note")
        if isinstance(note, dict):
            notes = entry.translations("note", note, "note", longest=200)
        else:  # a note in one language only is shown in no other
            notes = blank("note") | {"note_en": entry.text("note", longest=200)}
        year = YEAR.search(note) if isinstance(note, str) else None
        amount = entry.decimal("amount", 2)
        if amount is not None and amount <= 0:
            entry.wrong("amount", f"is not above zero: {amount}")
        currency = entry.text("currency", required=True, longest=3)
        if not re.fullmatch("[A-Z]{3}", currency):
            entry.wrong("currency", f"is not an ISO 4217 code: {currency!r}")
        name = f"{record.key}/{position}"
        values = {
            "service_id": service.pk,
            "position": position,
            "amount": amount,
            "currency": currency,
            "year": entry.raw.get("year") or (int(year[1]) if year else None),
            **notes,
        }
        rows.append(Row(CostOption, stable_uuid("cost-option", name), name, values))
    return rows


def _at_location(service: Row, provider: str) -> Row:
    name = f"{service.key}/{provider}"
    values = {"service_id": service.pk, "location_id": stable_uuid("location", provider)}
    return Row(ServiceAtLocation, stable_uuid("service-at-location", name), name, values)


PROVIDERS = Kind("providers", read_providers, ((Phone, "provider_id"), (Location, "provider_id")))
SERVICES = Kind("services", read_services, ((CostOption, "service_id"), (ServiceAtLocation, "service_id")))
