from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("counselling", "0003_sensitive_reasons")]
    operations = [
        migrations.RunSQL((SQL / "0004_steps_afterwards.sql").read_text(), migrations.RunSQL.noop),
    ]
