"""Every change to the catalogue, one function a verb."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.actions.audit import record
from accounts.models import User
from common import content_version
from common.retention import REPORTS, SEARCHES, delete_in_batches
from services.deeds import Deed
from services.models import ListingReport, MissedSearch, PublicationStatus, Service
from services.models.service import ServiceQuerySet


@transaction.atomic
def report_listing(
    *, service: Service, submission: uuid.UUID, kind: str, text: str, language: str
) -> ListingReport:
    """Keep a reader's report; the same submission twice is one report."""
    report, _created = ListingReport.objects.get_or_create(
        submission=submission, defaults={"service": service, "kind": kind, "text": text, "language": language}
    )
    return report


@transaction.atomic
def settle_reports(*, reports: Sequence[uuid.UUID], by: User) -> int:
    """Mark reports as dealt with; how many were still open."""
    return ListingReport.objects.filter(pk__in=reports, status=ListingReport.Status.OPEN).update(
        status=ListingReport.Status.SETTLED, settled_at=timezone.now(), settled_by=by
    )


@transaction.atomic
def change_content(write: Callable[[], None]) -> None:
    """Do one edit of public content (an admin form's save) and tell the page cache, in one transaction."""
    write()
    content_version.bump()


@transaction.atomic
def publish_services(*, services: ServiceQuerySet, by: User) -> int:
    """Show services to visitors. Raises IntegrityError when one lacks a translation; then none is shown."""
    others = services.exclude(status=PublicationStatus.PUBLISHED)
    return _change(others, Deed.PUBLISHED, by, status=PublicationStatus.PUBLISHED)


@transaction.atomic
def archive_services(*, services: ServiceQuerySet, by: User) -> int:
    """Take services away from visitors; they stay in the admin."""
    others = services.exclude(status=PublicationStatus.ARCHIVED)
    return _change(others, Deed.ARCHIVED, by, status=PublicationStatus.ARCHIVED)


@transaction.atomic
def verify_services(*, services: ServiceQuerySet, by: User) -> int:
    """Note that a person has checked the services today (date in the zone of Moldova): those that visitors see."""
    today = timezone.localdate()
    return _change(
        services.published(), Deed.VERIFIED, by, is_confirmed=True, verified_on=today, verified_by=by
    )


def _change(services: ServiceQuerySet, deed: Deed, by: User, **fields: Any) -> int:
    """Write the same to several services, and who did it into the log; how many there were."""
    keys = sorted(services.select_for_update().values_list("key", flat=True))
    count = Service.objects.filter(key__in=keys).update(**fields, updated_at=timezone.now())
    if keys:
        record(
            deed=deed, by=by, subject=None, reason=gettext("in the administration"), detail={"services": keys}
        )
    content_version.bump()
    return count


def forget_old() -> dict[str, int]:
    """Forget readers' reports that were settled long ago, and words that nobody typed since; how many of each."""
    now = timezone.now()
    return {
        "reports": delete_in_batches(ListingReport.objects.filter(settled_at__lt=now - REPORTS)),
        "searches": delete_in_batches(
            MissedSearch.objects.filter(last_on__lt=timezone.localdate(now) - SEARCHES)
        ),
    }
