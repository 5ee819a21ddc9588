"""Something a person should know."""

from __future__ import annotations

import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from common.message_kinds import Category, Channel
from notifications.models.contact import Contact


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Notifications by what a person may see."""

    def visible_to(self, user: User) -> Self:
        """What stands on a person's page: theirs, due, meant for the page, not deleted."""
        return self.filter(
            user=user,
            deleted_at__isnull=True,
            deliveries__channel=Channel.IN_APP,
            deliveries__status="sent",
        )

    def unread(self) -> Self:
        """Not yet read."""
        return self.filter(read_at__isnull=True)


class Notification(models.Model):
    """Something that one person should know, once: the pair of recipient and `dedupe_key` is unique."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=80)
    category = models.CharField(
        pgettext_lazy("of messages", "category"), max_length=20, choices=Category.choices
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="notifications"
    )
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, blank=True, related_name="notifications")
    context: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(_("context"), default=dict)
    # Caused by somebody who has not shown that the address is theirs: held by the ceilings of a day.
    is_unproved = models.BooleanField(_("to an address that nobody proved"), default=False, editable=False)
    url = models.CharField(_("leads to"), max_length=300, blank=True)  # a path without its language
    dedupe_key = models.CharField(max_length=160)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, contact__isnull=True)
                | Q(user__isnull=True, contact__isnull=False),
                name="notifications_notification_one_recipient",
            ),
            models.UniqueConstraint(
                fields=["user", "dedupe_key"],
                condition=Q(user__isnull=False),
                name="notifications_notification_once_a_user",
            ),
            models.UniqueConstraint(
                fields=["contact", "dedupe_key"],
                condition=Q(contact__isnull=False),
                name="notifications_notification_once_a_contact",
            ),
        ]
        indexes = [
            models.Index(
                fields=["user", "-created_at"],
                condition=Q(deleted_at__isnull=True),
                name="notifications_notification_at",
            ),
            models.Index(
                fields=["user"],
                condition=Q(read_at__isnull=True, deleted_at__isnull=True),
                name="notifications_notification_new",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {str(self.pk)[:8]}"
