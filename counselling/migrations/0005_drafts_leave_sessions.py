"""What was typed into half-filled bookings lay in sessions for two weeks; now it lies in the cache for minutes."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore
from django.db import migrations

GONE = ("counselling_draft", "counselling_choice", "counselling_done")


def forget(apps, schema_editor):  # type: ignore[no-untyped-def]
    """Take it out of every session; one that cannot be read holds nothing that anybody can read."""
    store = SessionStore()
    rows = apps.get_model("sessions", "Session").objects
    for row in rows.iterator(500):
        held = store.decode(row.session_data)
        kept = {name: value for name, value in held.items() if name not in GONE}
        if len(kept) < len(held):
            rows.filter(pk=row.pk).update(session_data=store.encode(kept))


class Migration(migrations.Migration):
    dependencies = [("counselling", "0004_steps_afterwards"), ("sessions", "0001_initial")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
