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
from common.retention import COPIES

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


def make_export(*, pk: uuid.UUID) -> None:
    """Make the zip and tell the person; nothing when it is made already.

    It is built outside of the transaction that writes it, for it may take long: no row is locked meanwhile. Of two
    workers that build the same, the first to be ready writes.
    """
    waiting = DataExport.objects.filter(pk=pk, status=DataExport.Status.WAITING).select_related("user")
    export = waiting.first()
    if export is not None:
        now = timezone.now()
        _keep(pk, crypto.encrypt(archive.build(export.user, now), purpose=PURPOSE), now)


@transaction.atomic
def _keep(pk: uuid.UUID, made: bytes, now: dt.datetime) -> None:
    locked = DataExport.objects.select_for_update(of=("self",)).select_related("user")
    export = locked.filter(pk=pk, status=DataExport.Status.WAITING).first()
    if export is None:
        return
    export.archive, export.status, export.made_at = made, DataExport.Status.READY, now
    export.expires_at = now + COPIES
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
    for pk in waiting.filter(requested_at__lte=now - GIVE_UP_AFTER).values_list("pk", flat=True):
        _give_up(pk)
    late = list(waiting.filter(requested_at__lte=now - RESTART_AFTER).values_list("pk", flat=True))
    for pk in late:
        wake(TASK, str(pk))
    return len(late)


@transaction.atomic
def _give_up(pk: uuid.UUID) -> None:
    """Say that it did not work, on the page and in a message; the reason is in the log."""
    given_up = DataExport.objects.select_for_update(of=("self",)).select_related("user")
    export = given_up.filter(pk=pk, status=DataExport.Status.WAITING).first()
    if export is None:
        return
    export.status = DataExport.Status.FAILED
    export.save(update_fields=["status"])
    tell(
        kind="accounts.data_export_failed",
        user=export.user,
        dedupe_key=f"accounts.data_export_failed:{export.pk}",
        url="/account/export/",
    )


@transaction.atomic
def forget_old_exports() -> int:
    """Empty the copies whose time is over; how many."""
    return DataExport.objects.over().update(archive=None)
