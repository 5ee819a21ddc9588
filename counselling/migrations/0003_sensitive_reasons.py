"""Reasons that others must not learn of, and the short number by which addresses call a reason."""

from __future__ import annotations

from django.db import migrations, models

import counselling.models.reason


def mark_danger(apps, schema_editor):  # type: ignore[no-untyped-def]
    """The shipped reason that is sensitive; a load of the file finds it so already."""
    apps.get_model("counselling", "Reason").objects.filter(key="danger").update(is_sensitive=True)


class Migration(migrations.Migration):
    dependencies = [("counselling", "0002_proof")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE counselling_reason_number START 201", "DROP SEQUENCE counselling_reason_number"
        ),
        migrations.AddField(
            model_name="reason",
            name="is_sensitive",
            field=models.BooleanField(
                default=False,
                help_text="Whoever comes for this may be in danger if others learn of it: messages, calendars and pages behind links do not name it, and the form asks whether it is safe to write and to call.",
                verbose_name="sensitive",
            ),
        ),
        migrations.AddField(
            model_name="reason",
            name="number",
            field=models.PositiveIntegerField(
                db_default=counselling.models.reason.NextNumber(),
                editable=False,
                unique=True,
                verbose_name="number",
            ),
        ),
        migrations.RunPython(mark_danger, migrations.RunPython.noop),
    ]
