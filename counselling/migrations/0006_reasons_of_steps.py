from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("counselling", "0005_drafts_leave_sessions")]
    operations = [
        migrations.RunSQL((SQL / "step_reasons_can_be_emptied.sql").read_text(), migrations.RunSQL.noop),
    ]
