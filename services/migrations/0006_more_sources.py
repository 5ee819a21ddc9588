from __future__ import annotations

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("services", "0005_sensitive_topics_and_phones")]

    operations = [
        migrations.AddField(
            "service",
            "sources",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(),
                blank=True,
                default=list,
                help_text="One a line: where single steps, sums and dates were read, with the day of the page.",
                size=None,
                verbose_name="more sources",
            ),
        ),
        # What an import wrote is known by parts from now on; until the next one, the administration's history tells.
        migrations.RemoveField("importedrecord", "digest"),
        migrations.AddField("importedrecord", "parts", models.JSONField(default=dict)),
    ]
