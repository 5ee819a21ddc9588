from django.db import migrations, models


class Migration(migrations.Migration):
    """Apart from 0007: a table whose rows were just changed cannot be altered in the same transaction."""

    dependencies = [("services", "0007_verified_by_a_person")]
    operations = [
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verified_by__isnull", True), ("verified_on__isnull", True)),
                    models.Q(("verified_by__isnull", False), ("verified_on__isnull", False)),
                    _connector="OR",
                ),
                name="services_service_verified_by_a_person",
            ),
        ),
    ]
