"""What stands beside a service is found in the order of keys, at the same cost in a catalogue of any size."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("services", "0002_search")]

    operations = [
        migrations.RemoveIndex("service", "services_service_status_cat"),
        migrations.RemoveIndex("service", "services_service_provider_st"),
        migrations.AddIndex(
            "service",
            models.Index(fields=["category", "status", "key"], name="services_service_of_category"),
        ),
        migrations.AddIndex(
            "service",
            models.Index(fields=["provider", "status", "key"], name="services_service_of_provider"),
        ),
    ]
