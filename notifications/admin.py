"""The administration of the outbox: what was given up and can be sent again, and addresses we do not write to."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin

from accounts.models import User
from common.careful_admin import CarefulAdmin
from notifications import actions
from notifications.models import Delivery, Notification, Suppression
from notifications.policies import can_send_again


class ReadOnly(CarefulAdmin, ModelAdmin):  # type: ignore[misc]  # untyped
    """Shown, never typed over."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    """Each message on each channel; the dead ones can be sent again."""

    list_display = ("kind", "channel", "status", "reason", "attempts", "due_at", "sent_at")
    list_filter = ("status", "channel", "notification__category", "created_at")
    list_select_related = ("notification",)
    search_fields = ("id__exact", "provider_id__exact", "notification__kind")
    date_hierarchy = "created_at"
    actions = ("send_again",)
    fields = (
        "kind",
        "channel",
        "status",
        "reason",
        "digest",
        "attempts",
        "not_before",
        "due_at",
        "sent_at",
        "provider_id",
    )
    readonly_fields = fields

    @admin.display(description=_("kind"))
    def kind(self, row: Delivery) -> str:
        """What it is about, without its contents."""
        return row.notification.kind

    @admin.action(description=_("Send again"), permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: models.QuerySet[Delivery]) -> None:
        """Send the chosen ones again, as far as they were refused or given up."""
        chosen = [row for row in queryset if can_send_again(row)]
        for row in chosen:
            actions.send_again(delivery=row, by=cast("User", request.user))
        text = ngettext("%(count)d message is sent again.", "%(count)d messages are sent again.", len(chosen))
        self.message_user(request, text % {"count": len(chosen)}, messages.SUCCESS)


@admin.register(Notification)
class NotificationAdmin(ReadOnly):
    """What people were told, without the contents."""

    list_display = ("kind", "category", "created_at", "read_at", "deleted_at")
    list_filter = ("category", "created_at")
    search_fields = ("kind", "dedupe_key")
    fields = ("kind", "category", "dedupe_key", "url", "created_at", "read_at", "deleted_at")
    readonly_fields = fields


@admin.register(Suppression)
class SuppressionAdmin(CarefulAdmin, ModelAdmin):  # type: ignore[misc]  # untyped
    """Addresses that we do not write to."""

    list_display = ("address", "channel", "reason", "detail", "created_at")
    list_filter = ("channel", "reason")
    search_fields = ("address",)
    fields = ("channel", "address", "reason", "detail")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Entered or lifted, never altered."""
        return obj is None and bool(super().has_change_permission(request, obj))

    def save_model(self, request: HttpRequest, obj: Suppression, form: Any, change: bool) -> None:
        """Suppress."""
        kept = actions.suppress_address(
            channel=obj.channel, address=obj.address, reason=obj.reason, detail=obj.detail
        )
        obj.pk = kept.pk

    def delete_model(self, request: HttpRequest, obj: Suppression) -> None:
        """Lift it."""
        actions.lift_suppression(suppression=obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Suppression]) -> None:
        """Lift several."""
        for one in queryset:
            actions.lift_suppression(suppression=one)
