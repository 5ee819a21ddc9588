"""Every change to the catalogue, one function a verb."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence

from django.db import models, transaction
from django.utils import timezone

from accounts.models import User
from common import content_version
from services.models import ListingReport, PublicationStatus, Service


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
def publish_services(*, services: models.QuerySet[Service], by: User) -> int:
    """Show services to visitors. Raises IntegrityError when one lacks a translation; then none is shown."""
    count = services.exclude(status=PublicationStatus.PUBLISHED).update(
        status=PublicationStatus.PUBLISHED, updated_at=timezone.now()
    )
    content_version.bump()
    return count


@transaction.atomic
def archive_services(*, services: models.QuerySet[Service], by: User) -> int:
    """Take services away from visitors; they stay in the admin."""
    count = services.exclude(status=PublicationStatus.ARCHIVED).update(
        status=PublicationStatus.ARCHIVED, updated_at=timezone.now()
    )
    content_version.bump()
    return count


@transaction.atomic
def verify_services(*, services: models.QuerySet[Service], by: User) -> int:
    """Note that someone checked the services today (date in the zone of Moldova)."""
    count = services.update(is_confirmed=True, verified_on=timezone.localdate(), updated_at=timezone.now())
    content_version.bump()
    return count
