from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


def read_from_rows(apps, schema_editor):
    """What rows of before know: a colleague made it, or it belongs to an account.

    "I am coming" proves nothing: until now the same link stood on the page that followed the booking.
    """
    appointments = apps.get_model("counselling", "Appointment").objects
    appointments.filter(member__isnull=False).update(proof="account")
    appointments.filter(Q(source="office") | Q(kind="walk_in")).update(proof="desk")
    apps.get_model("counselling", "WaitingEntry").objects.filter(member__isnull=False).update(proof="account")


class Migration(migrations.Migration):
    dependencies = [
        ("counselling", "0001_initial"),
        ("notifications", "0001_initial"),
        ("shopfronts", "0002_calendar_and_facts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="proof",
            field=models.CharField(
                choices=[
                    ("none", "not proved"),
                    ("address", "by a code or a link sent to their address"),
                    ("account", "signed in"),
                    ("desk", "by a colleague"),
                ],
                default="none",
                editable=False,
                max_length=7,
                verbose_name="proved",
            ),
        ),
        migrations.AddField(
            model_name="waitingentry",
            name="proof",
            field=models.CharField(
                choices=[
                    ("none", "not proved"),
                    ("address", "by a code or a link sent to their address"),
                    ("account", "signed in"),
                    ("desk", "by a colleague"),
                ],
                default="none",
                editable=False,
                max_length=7,
                verbose_name="proved",
            ),
        ),
        migrations.RunPython(read_from_rows, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("proof__in", ["none", "address", "account", "desk"])),
                name="counselling_appointment_proof_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("member__isnull", True), models.Q(("proof", "none"), _negated=True), _connector="OR"
                ),
                name="counselling_appointment_member_is_proved",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("proof__in", ["none", "address", "account", "desk"])),
                name="counselling_waitingentry_proof_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("member__isnull", True), models.Q(("proof", "none"), _negated=True), _connector="OR"
                ),
                name="counselling_waitingentry_member_is_proved",
            ),
        ),
    ]
