from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("counselling", "0002_proof")]
    operations = [
        migrations.RunSQL((SQL / "0003_steps_afterwards.sql").read_text(), migrations.RunSQL.noop),
    ]
