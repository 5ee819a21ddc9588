"""Secret addresses that can be taken back: tablets, screens, and the feeds of counsellors' calendars."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.audit import record
from accounts.models import User
from counselling.deeds import Deed
from counselling.models import Counsellor, Device
from shopfronts.models import ShopFront


def hash_of(token: str) -> str:
    """What the tables keep of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def add_device(*, shopfront: ShopFront, kind: str, label: str, by: User) -> tuple[Device, str]:
    """Let a tablet or a screen in; the device and the token of its address, which is shown once."""
    token = secrets.token_urlsafe(24)
    device = Device.objects.create(
        shopfront=shopfront, kind=kind, label=label, token_hash=hash_of(token), made_by=by
    )
    return device, token


@transaction.atomic
def revoke_device(*, device: Device, by: User) -> None:
    """Shut a device out; what it shows ends with its next request."""
    if Device.objects.trusted().filter(pk=device.pk).update(revoked_at=timezone.now()):
        record(
            deed=Deed.DEVICE_REVOKED,
            by=by,
            subject=None,
            reason=str(_("at the desk")),
            detail={"device": str(device.pk), "shopfront": device.shopfront.slug, "kind": device.kind},
        )


def device_of(token: str, kind: str) -> Device | None:
    """The device that has a token; None for one that is unknown or was taken back."""
    rows = Device.objects.trusted().select_related("shopfront")
    return rows.filter(token_hash=hash_of(token), kind=kind).first()


@transaction.atomic
def renew_feed(*, counsellor: Counsellor) -> str:
    """Give a counsellor's calendar a new secret address, so that the old one is dead; its token, shown once."""
    token = secrets.token_urlsafe(24)
    counsellor.feed_token_hash = hash_of(token)
    counsellor.save(update_fields=["feed_token_hash"])
    return token


@transaction.atomic
def revoke_feed(*, counsellor: Counsellor) -> None:
    """Shut the counsellor's feed."""
    counsellor.feed_token_hash = ""
    counsellor.save(update_fields=["feed_token_hash"])


def counsellor_of_feed(token: str) -> Counsellor | None:
    """Whose feed a token opens."""
    return Counsellor.objects.active().filter(feed_token_hash=hash_of(token)).first()
