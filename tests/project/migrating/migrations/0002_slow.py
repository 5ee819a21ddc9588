"""Takes longer than the role of the database lets a statement take."""

from django.db import migrations


class Migration(migrations.Migration):
    """After the table."""

    dependencies = [("migrating", "0001_table")]
    operations = [migrations.RunSQL("SELECT pg_sleep(0.6)")]
