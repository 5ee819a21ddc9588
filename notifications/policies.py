"""What may be done with messages; pure."""

from __future__ import annotations

from common.message_kinds import MessageKind, declared
from notifications.models import Delivery


def can_send_again(delivery: Delivery) -> bool:
    """Whether a person may have it sent once more: it was refused or given up, and its contents are still there.

    A code or a secret link was emptied with its end: a new one must be asked for.
    """
    with_words = {kind.code for kind in declared() if not kind.is_secret}
    ended = delivery.status in (Delivery.Status.FAILED, Delivery.Status.DEAD)
    return ended and delivery.notification.kind in with_words


def can_be_held_back(kind: MessageKind) -> bool:
    """Whether a pause, quiet hours or having read it on the site keep it from going out."""
    return kind.can_be_switched_off and not kind.is_urgent
