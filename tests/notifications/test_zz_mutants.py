import pytest
from notifications.delivery import sending, claiming
from notifications.channels import sms
from notifications.channels.outcome import End, Outcome
from notifications.models import Delivery
from notifications.models.delivery import DeliveryQuerySet
from tests.notifications.test_machine import test_no_order_of_events_loses_or_repeats_a_message as run
pytestmark = pytest.mark.django_db
S = Delivery.Status
from hypothesis import settings, Phase
import tests.notifications.test_machine as m
_s = settings
m.settings = lambda **k: _s(**k, phases=[Phase.generate], database=None)

def test_m3(monkeypatch):
    def mark(row, status, *, keep_secret=False, **changes):
        if status == S.SENT:
            from django.utils import timezone
            changes["sent_at"] = timezone.now()
        changes.setdefault("reason", "")
        return bool(Delivery.objects.filter(pk=row.pk).update(status=status, claim=None, claimed_at=None, **changes))
    monkeypatch.setattr(sending, "_mark", mark)
    with pytest.raises(BaseException) as e: run()
    print("M3", repr(e.value)[:200])

