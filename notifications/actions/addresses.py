"""Where messages may go: devices, suppressed addresses, and what providers report."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from notifications.models import Delivery, ProviderEvent, PushSubscription, Suppression

MOST_DEVICES = 10  # of one person; the oldest goes


@transaction.atomic
def subscribe_push(*, user: User, endpoint: str, p256dh: str, auth: str, device: str) -> PushSubscription:
    """Keep a browser that agreed; one that was another person's is now this one's: they share the machine."""
    kept, _created = PushSubscription.objects.update_or_create(
        endpoint=endpoint, defaults={"user": user, "p256dh": p256dh, "auth": auth, "device": device[:120]}
    )
    rest = PushSubscription.objects.filter(user=user).order_by("-created_at", "-pk")
    PushSubscription.objects.filter(pk__in=list(rest.values_list("pk", flat=True)[MOST_DEVICES:])).delete()
    return kept


@transaction.atomic
def remove_push(*, user: User, pk: int) -> None:
    """Forget a device of the person."""
    PushSubscription.objects.filter(user=user, pk=pk).delete()


@transaction.atomic
def suppress_address(*, channel: str, address: str, reason: str, detail: str = "") -> Suppression:
    """Write to this address no more; twice is once."""
    kept, _created = Suppression.objects.get_or_create(
        channel=channel, address=address.strip().lower(), defaults={"reason": reason, "detail": detail[:200]}
    )
    return kept


@transaction.atomic
def lift_suppression(*, suppression: Suppression) -> None:
    """Write there again."""
    suppression.delete()


@transaction.atomic
def take_provider_event(  # noqa: PLR0913  # facts by name
    *, event_id: str, kind: str, channel: str, address: str = "", provider_id: str = "", detail: str = ""
) -> bool:
    """Take in what a provider reports, once: `kind` is bounced, complained, failed or delivered. Whether it was new."""
    _event, is_new = ProviderEvent.objects.get_or_create(
        event_id=event_id[:200], defaults={"kind": kind[:40]}
    )
    if not is_new:
        return False
    if kind in ("bounced", "complained") and address:
        reason = Suppression.Reason.BOUNCE if kind == "bounced" else Suppression.Reason.COMPLAINT
        suppress_address(channel=channel, address=address, reason=reason, detail=detail)
    if kind in ("bounced", "failed") and provider_id:
        Delivery.objects.filter(channel=channel, provider_id=provider_id, status=Delivery.Status.SENT).update(
            status=Delivery.Status.FAILED, reason=(detail or kind)[:200]
        )
    return True
