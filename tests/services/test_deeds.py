"""What curators do to services leaves a name: in the log, and on what they verified."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import AuditEntry, User
from services import actions
from services.models import Service
from tests.factories import services as make
from tests.factories.accounts import CuratorFactory

pytestmark = pytest.mark.django_db
CONSTRAINT = "services_service_verified_by_a_person"


def log() -> list[tuple[str, User | None, object]]:
    """The deeds upon services."""
    rows = AuditEntry.objects.filter(deed__startswith="services.").order_by("pk")
    return [(row.deed, row.actor, row.detail) for row in rows]


def test_verifying_is_a_persons_deed_upon_what_visitors_see(curator: User) -> None:
    shown = make.ServiceFactory.create(key="pension-italy")
    make.ServiceFactory.create(key="idea", status="suggestion")
    assert actions.verify_services(services=Service.objects.all(), by=curator) == 1
    shown.refresh_from_db()
    assert (shown.verified_on, shown.verified_by) == (timezone.localdate(), curator)
    assert shown.freshness == "verified"
    assert log() == [("services.verified", curator, {"services": ["pension-italy"]})]


def test_publishing_and_archiving_leave_a_name(curator: User) -> None:
    make.ServiceFactory.create(key="idea", status="draft")
    assert actions.publish_services(services=Service.objects.all(), by=curator) == 1
    assert actions.publish_services(services=Service.objects.all(), by=curator) == 0
    assert actions.archive_services(services=Service.objects.all(), by=curator) == 1
    assert [deed for deed, _by, _detail in log()] == ["services.published", "services.archived"]
    assert {by for _deed, by, _detail in log()} == {curator}


@pytest.mark.parametrize("field", ["verified_on", "verified_by"])
def test_no_date_without_a_person_and_no_person_without_a_date(field: str) -> None:
    service = make.ServiceFactory.create()
    value = timezone.localdate() if field == "verified_on" else CuratorFactory.create()
    with pytest.raises(IntegrityError, match=CONSTRAINT), transaction.atomic():
        Service.objects.filter(pk=service.pk).update(**{field: value})


def test_the_migration_keeps_only_what_the_history_knows(
    curator: User, capsys: pytest.CaptureFixture[str]
) -> None:
    known, imported = make.ServiceFactory.create(), make.ServiceFactory.create()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is still to be checked holds the table
        cursor.execute(f"ALTER TABLE services_service DROP CONSTRAINT {CONSTRAINT}")
    Service.objects.update(verified_on="2026-11-22")
    LogEntry.objects.create(
        user=curator,
        content_type=ContentType.objects.get_for_model(Service),
        object_id=str(known.pk),
        object_repr="x",
        action_flag=CHANGE,
        change_message='[{"changed": {"fields": ["Verified on"]}}]',
    )
    import_module("services.migrations.0007_verified_by_a_person").only_what_a_person_verified(apps, None)
    known.refresh_from_db()
    imported.refresh_from_db()
    assert (str(known.verified_on), known.verified_by) == ("2026-11-22", curator)
    assert (imported.verified_on, imported.verified_by) == (None, None)
    assert "1 services" in capsys.readouterr().out
