"""Who sends what: a worker claims rows before it calls anyone, so that no two send the same."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from notifications.delivery.backoff import MOST_ATTEMPTS
from notifications.models import Delivery
from notifications.models.delivery import DeliveryQuerySet

STUCK_SECONDS = 150  # a task is killed after 120 s: whoever claimed earlier is gone


@transaction.atomic
def claim_due(*, most: int) -> uuid.UUID | None:
    """Claim due rows for this worker, the oldest first; the claim's number, None when there are none."""
    return _claim(Delivery.objects.due(timezone.now()).order_by("due_at"), most)


@transaction.atomic
def claim_one(*, pk: uuid.UUID) -> uuid.UUID | None:
    """Claim one row, if it is due and nobody else has it."""
    return _claim(Delivery.objects.due(timezone.now()).filter(pk=pk), 1)


def _claim(rows: DeliveryQuerySet, most: int) -> uuid.UUID | None:
    pks = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True)[:most])
    if not pks:
        return None
    number = uuid.uuid4()
    Delivery.objects.filter(pk__in=pks).update(
        status=Delivery.Status.SENDING, claim=number, claimed_at=timezone.now(), attempts=F("attempts") + 1
    )
    return number


@transaction.atomic
def free_stuck() -> int:
    """Give back what workers claimed and never ended, to be tried again at once; how many.

    What has killed its worker at every try is given up.
    """
    seconds = getattr(settings, "DELIVERY_STUCK_SECONDS", STUCK_SECONDS)
    now = timezone.now()
    stuck = Delivery.objects.stuck(now - dt.timedelta(seconds=seconds)).select_for_update(skip_locked=True)
    pks = list(stuck.values_list("pk", flat=True)[:1000])
    lost = Delivery.objects.filter(pk__in=pks, status=Delivery.Status.SENDING)
    freed = {"claim": None, "claimed_at": None, "due_at": now, "reason": "its worker did not come back"}
    lost.filter(attempts__gte=MOST_ATTEMPTS).update(status=Delivery.Status.DEAD, **freed)
    return lost.update(status=Delivery.Status.RETRY, **freed)
