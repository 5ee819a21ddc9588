"""A table as an earlier release made it."""

from django.db import migrations


class Migration(migrations.Migration):
    """Nothing before it."""

    initial = True
    operations = [migrations.RunSQL("CREATE TABLE migrating_thing (id integer PRIMARY KEY)")]
