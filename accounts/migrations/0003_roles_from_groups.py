"""Roles were Django groups alone; who is in one has the role, and every address that is there was checked by hand."""

from django.db import migrations

WHOLE = {"counsellor": None, "manager": None, "provider_editor": None}  # bound ones must be given anew, by a person


def forwards(apps, schema_editor):
    user_model = apps.get_model("accounts", "User")
    grant = apps.get_model("accounts", "RoleGrant")
    address = apps.get_model("account", "EmailAddress")
    for user in user_model.objects.prefetch_related("groups"):
        address.objects.get_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )
        for group in user.groups.all():
            if group.name in WHOLE or group.name == "member":
                continue
            scopes = {"language": ["en", "ro", "ru"]} if group.name == "moderator" else {}
            grant.objects.get_or_create(user=user, role=group.name, defaults={"scopes": scopes})


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_roles_and_own_data"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
