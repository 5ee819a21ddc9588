"""What readers wrote is forgotten when it is long settled."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.utils import timezone

from common import counting
from common.retention import REPORTS, SEARCHES, SUPPRESSIONS
from notifications import actions as notifications
from notifications.models import Suppression
from services import tasks
from services.models import ListingReport, MissedSearch
from tests.factories.services import ServiceFactory

pytestmark = pytest.mark.django_db
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


def test_reports_and_words_that_found_nothing_have_their_time() -> None:
    service, now = ServiceFactory.create(), timezone.now()
    for settled in (None, now - REPORTS + MINUTE, now - REPORTS - MINUTE):
        ListingReport.objects.create(service=service, kind="other", language="ro", settled_at=settled,
                                     status="settled" if settled else "open")  # fmt: skip
    for number, last in enumerate((SEARCHES - DAY, SEARCHES + 2 * DAY)):
        MissedSearch.objects.create(language="ro", term=f"x{number}", count=1, last_on=(now - last).date())
    tasks.forget_old()
    assert ListingReport.objects.count() == 2
    assert [row.term for row in MissedSearch.objects.all()] == ["x0"]


def test_an_address_that_is_not_written_to_is_forgotten_too() -> None:
    now = timezone.now()
    for name, age in (("new", SUPPRESSIONS - DAY), ("old", SUPPRESSIONS + DAY)):
        Suppression.objects.create(
            channel="email", address=f"{name}@example.com", reason="bounce", created_at=now - age
        )
    assert notifications.purge()["suppressions"] == 1
    assert Suppression.objects.get().address == "new@example.com"


def test_counters_name_no_address() -> None:
    counting.count("sign-ups:203.0.113.7", seconds=60)
    client = cache._cache.get_client()  # type: ignore[attr-defined]  # names are not to be asked otherwise
    assert not [key for key in client.keys("*") if b"203.0.113" in key]
    assert counting.seen("sign-ups:203.0.113.7") == 1
