"""Everything about one person in one zip, made by a worker and kept for 48 hours."""

from __future__ import annotations

import datetime as dt
import logging
import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import archive
from accounts.actions.audit import record
from accounts.models import EXPORT_HOURS, AuditEntry, DataExport, User
from accounts.telling import tell
from common import crypto
from common.jobs import wake

logger = logging.getLogger(__name__)
PURPOSE = "accounts.export"
TASK = "accounts.tasks.make_export"  # by name: tasks stand above actions
GIVE_UP_AFTER = dt.timedelta(hours=1)
RESTART_AFTER = dt.timedelta(minutes=2)


def ask_for_export(*, user: User) -> DataExport:
    """Ask for a copy; while one is being made, that one."""
    try:
        with transaction.atomic():
            export = DataExport.objects.create(user=user)
            wake(TASK, str(export.pk))
    except IntegrityError:
        return DataExport.objects.get(user=user, status=DataExport.Status.WAITING)
    return export


@transaction.atomic
def make_export(*, pk: uuid.UUID) -> None:
    """Make the zip and tell the person; nothing when it is made already or being made by another worker."""
    export = (
        DataExport.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("user")
        .filter(pk=pk, status=DataExport.Status.WAITING)
        .first()
    )
    if export is None:
        return
    now = timezone.now()
    export.archive = crypto.encrypt(archive.build(export.user, now), purpose=PURPOSE)
    export.status, export.made_at = DataExport.Status.READY, now
    export.expires_at = now + dt.timedelta(hours=EXPORT_HOURS)
    export.save(update_fields=["archive", "status", "made_at", "expires_at"])
    record(
        deed=AuditEntry.Deed.DATA_EXPORTED,
        by=export.user,
        subject=export.user,
        reason="asked for by its owner",
    )
    tell(
        kind="accounts.data_export_ready",
        user=export.user,
        context={"hours": EXPORT_HOURS},
        dedupe_key=f"accounts.data_export_ready:{export.pk}",
        url="/account/export/",
    )


def restart_exports() -> int:
    """Wake a worker for copies that nobody is making; give up on those that fail for an hour. How many were woken."""
    now = timezone.now()
    waiting = DataExport.objects.filter(status=DataExport.Status.WAITING)
    waiting.filter(requested_at__lte=now - GIVE_UP_AFTER).update(status=DataExport.Status.FAILED)
    late = list(waiting.filter(requested_at__lte=now - RESTART_AFTER).values_list("pk", flat=True))
    for pk in late:
        wake(TASK, str(pk))
    return len(late)


@transaction.atomic
def forget_old_exports() -> int:
    """Empty the copies whose time is over; how many."""
    return DataExport.objects.over().update(archive=None)
