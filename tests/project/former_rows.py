"""Rows of the release that had no DATA_KEYS, written through its own tables, and what today's migrations make of them.

`python -m tests.project.former_rows` works in the empty database of DATABASE_URL and prints as JSON what is there then.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

LAST = {  # the last migrations of that release
    "accounts": "0003_roles_from_groups",
    "common": "0001_initial",
    "notifications": "0001_initial",
    "counselling": "0001_initial",
    "services": "0004_synonyms_by_lexeme",
    "shopfronts": "0002_calendar_and_facts",
}
DAY = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
CHANGED = '[{"changed": {"fields": ["Verified on"]}}]'
NO_NUMBER = "12 34 56 78 90 12 34 56 78"


def migrate(*, to: dict[str, str] | None = None) -> Any:
    """To these migrations of ours and the last of others, or to the last of all; the models of then."""
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    targets = [(app, to.get(app, name)) for app, name in leaves] if to else leaves
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


def write_catalogue(models: Any, curator: Any) -> None:
    """Two services with a date of verification, one of them a person's; telephones as people dial them."""
    topic = models.get_model("services", "Category").objects.create(key="lg_violence")
    provider = models.get_model("services", "Provider").objects.create(
        key="aid", sector="public", note="Old note."
    )
    phones = models.get_model("services", "Phone").objects
    for position, number in enumerate(["022 240-624", NO_NUMBER, "0 800 88008"]):
        phones.create(provider=provider, position=position, number=number)
    service = {"category": topic, "provider": provider, "phases": ["abroad"], "verified_on": DAY.date()}
    service |= {
        "audiences": ["current_migrants"],
        "modes": ["online"],
        "cost_type": "free",
        "status": "draft",
    }
    services = models.get_model("services", "Service").objects
    known, _imported = [services.create(key=key, **service) for key in ("known", "imported")]
    kinds = models.get_model("contenttypes", "ContentType").objects
    kind, _ = kinds.get_or_create(app_label="services", model="service")
    models.get_model("admin", "LogEntry").objects.create(
        user_id=curator.pk, content_type=kind, object_id=str(known.pk), action_flag=2, change_message=CHANGED
    )
    models.get_model("services", "ImportedRecord").objects.create(kind="services", key="known", digest="d")


def write_bookings(models: Any, member: Any) -> None:
    """One booking of every origin, a step, a wish of the waiting list, and a form half filled in a session."""
    district = models.get_model("services", "Locality").objects.create(
        key="cahul", kind="district", iso_3166_2="MD-CA", latitude=45.9, longitude=28.2
    )
    place = models.get_model("shopfronts", "ShopFront").objects.create(
        slug="cahul", ticket_prefix="C", locality=district, latitude=45.9, longitude=28.2
    )
    danger = models.get_model("counselling", "Reason").objects.create(key="danger")
    counsellors = models.get_model("counselling", "Counsellor").objects
    counsellor = counsellors.create(user_id=member.pk, name="Ana", languages=["ro"])
    bookings = models.get_model("counselling", "Appointment").objects
    what = {
        "reason": danger,
        "shopfront": place,
        "counsellor": counsellor,
        "status": "booked",
        "language": "ro",
    }
    for number, (reference, more) in enumerate(
        {
            "22222222": {"source": "online"},
            "33333333": {"source": "online", "member_id": member.pk},
            "44444444": {
                "source": "office",
                "mode": "video",
            },  # nobody to reach: booked before that was asked for
        }.items()
    ):
        start, end = DAY + dt.timedelta(days=400 + number), DAY + dt.timedelta(days=400 + number, hours=1)
        times = {"starts_at": start, "ends_at": end, "busy_from": start, "busy_until": end}
        one = bookings.create(reference=reference, **times, **what, **more)
        models.get_model("counselling", "AppointmentStep").objects.create(
            appointment=one, new="booked", by="client"
        )
    wish = {"reason": danger, "language": "ro", "mode": "in_person", "weekdays": [1], "until_on": DAY.date()}
    models.get_model("counselling", "WaitingEntry").objects.create(
        member_id=member.pk, person_key="p", **wish
    )
    typed = SessionStore().encode({"counselling_draft": "what was typed", "counselling_visitor": "v"})
    models.get_model("sessions", "Session").objects.create(
        session_key="s", session_data=typed, expire_date=DAY
    )


def found(models: Any) -> dict[str, Any]:
    """What the rows have become."""

    def values(app: str, name: str, *columns: str) -> list[list[Any]]:
        rows = models.get_model(app, name).objects.order_by(*columns)
        return [list(map(str, row)) for row in rows.values_list(*columns)]

    [session] = models.get_model("sessions", "Session").objects.all()
    return {
        "phones": values("services", "Phone", "number", "rings_from"),
        "notes": values("services", "Provider", "note"),
        "topics": values("services", "Category", "key", "is_sensitive"),
        "verified": values("services", "Service", "key", "verified_on", "verified_by__handle"),
        "imported": values("services", "ImportedRecord", "key", "parts"),
        "reasons": values("counselling", "Reason", "key", "is_sensitive"),
        "bookings": values("counselling", "Appointment", "reference", "proof"),
        "wishes": values("counselling", "WaitingEntry", "proof"),
        "session": sorted(SessionStore().decode(session.session_data)),
    }


def main() -> None:
    """From then to today."""
    models = migrate(to=LAST)
    person = models.get_model("accounts", "User").objects.create(email="ana@example.com", handle="ana")
    write_catalogue(models, person)
    write_bookings(models, person)
    sys.stdout.write(json.dumps(found(migrate())) + "\n")


if __name__ == "__main__":
    main()
