import accounts.models.audit
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_names_of_relations")]
    operations = [
        migrations.AlterField(
            model_name="auditentry",
            name="deed",
            field=models.CharField(choices=accounts.models.audit.known_deeds, max_length=40, verbose_name="what"),
        ),
    ]
