"""Needs the table for itself."""

from django.db import migrations


class Migration(migrations.Migration):
    """After the slow one."""

    dependencies = [("migrating", "0002_slow")]
    operations = [migrations.RunSQL("ALTER TABLE migrating_thing ADD COLUMN name text")]
