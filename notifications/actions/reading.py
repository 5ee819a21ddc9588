"""What people do with their messages."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from notifications.models import Notification


@transaction.atomic
def mark_read(*, notification: Notification) -> None:
    """Read; a second time changes nothing."""
    Notification.objects.filter(pk=notification.pk, read_at__isnull=True).update(read_at=timezone.now())


@transaction.atomic
def mark_unread(*, notification: Notification) -> None:
    """Unread again."""
    Notification.objects.filter(pk=notification.pk).update(read_at=None)


@transaction.atomic
def mark_all_read(*, user: User) -> int:
    """Everything that stands on the person's page; how many were unread."""
    visible = Notification.objects.visible_to(user).unread().values("pk")
    return Notification.objects.filter(pk__in=visible).update(read_at=timezone.now())


@transaction.atomic
def delete_notification(*, notification: Notification) -> None:
    """Take it off the page; it can be brought back."""
    Notification.objects.filter(pk=notification.pk).update(deleted_at=timezone.now())


@transaction.atomic
def restore_notification(*, notification: Notification) -> None:
    """Bring it back."""
    Notification.objects.filter(pk=notification.pk).update(deleted_at=None)
