import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CHANGED = 2  # Django's flag of a log entry


def only_what_a_person_verified(apps, schema_editor):
    """Keep a date of verification where the admin's log knows who typed it.

    The others are emptied: imports set them, or the list's "Verified today", which wrote down nobody.
    """
    services = apps.get_model("services", "Service").objects
    entries = apps.get_model("admin", "LogEntry").objects.filter(
        content_type__app_label="services",
        content_type__model="service",
        action_flag=CHANGED,
        change_message__icontains="verified on",
    )
    who = dict(entries.order_by("action_time").values_list("object_id", "user_id"))  # the last one counts
    dated = services.filter(verified_on__isnull=False)
    for key in dated.values_list("pk", flat=True):
        if str(key) in who:
            services.filter(pk=key).update(verified_by=who[str(key)])
    emptied = dated.filter(verified_by__isnull=True).update(verified_on=None)
    if emptied:
        print(f"  {emptied} services had a date of verification without anybody's name: emptied")  # noqa: T201 - for whoever migrates


class Migration(migrations.Migration):
    dependencies = [
        ("services", "0006_more_sources"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AlterField(
            model_name="service",
            name="verified_on",
            field=models.DateField(
                blank=True,
                editable=False,
                help_text="The day on which one of us checked it; what a source says is no such day.",
                null=True,
                verbose_name="verified on",
            ),
        ),
        migrations.AddField(
            model_name="service",
            name="verified_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="verified by",
            ),
        ),
        migrations.RunPython(only_what_a_person_verified, migrations.RunPython.noop),
    ]
