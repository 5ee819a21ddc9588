"""The administration of what may be booked and with whom; clients' bookings are not for it."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from counselling import actions
from counselling.admin_forms import CounsellorForm, ReasonForm
from counselling.models import Counsellor, Reason
from services.admin import CatalogueFormFields
from services.admin_base import PublicContentAdmin, VersionedAdmin


@admin.register(Reason)
class ReasonAdmin(CatalogueFormFields, PublicContentAdmin):
    """Why people come. A reason is closed, never deleted: bookings and the waiting list stand on it."""

    form = ReasonForm
    list_display = ("name", "duration", "places", "is_bookable", "position")
    list_filter = ("is_bookable", "is_sensitive")
    search_fields = ("key", "name_ro", "name_ru", "name_en")
    autocomplete_fields = ("categories",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name",
                    "summary",
                    "bring",
                    "categories",
                    "is_sensitive",
                    "is_bookable",
                    "position",
                    "key",
                )
            },
        ),
        (
            _("The talk"),
            {
                "description": _("A change applies to new bookings; existing bookings keep their time."),
                "fields": ("modes", "duration", "buffer_before", "buffer_after", "places", "same_counsellor"),
            },
        ),
        (
            _("When it may be booked"),
            {
                "description": _("Colleagues may book at shorter notice than visitors."),
                "fields": ("notice_hours", "horizon_days", "most_open", "reminder_hours"),
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Reason | None = None) -> tuple[str, ...]:
        """The key stays once it stands in addresses."""
        return () if obj is None else ("key",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: who waits for it would be forgotten."""
        return False


@admin.register(Counsellor)
class CounsellorAdmin(CatalogueFormFields, VersionedAdmin):
    """Who takes people; shifts and time off are kept at the desk."""

    form = CounsellorForm
    fields = ("user", "name", "languages", "reasons", "video_room", "is_active")
    list_display = ("name", "account", "languages", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("user",)
    search_fields = ("name", "user__email")
    autocomplete_fields = ("reasons",)

    @admin.display(description=_("account"))
    def account(self, counsellor: Counsellor) -> str:
        """Its address: never a handle beside a name."""
        return counsellor.user.email

    def get_fields(self, request: HttpRequest, obj: Counsellor | None = None) -> tuple[str, ...]:
        """The account is chosen once."""
        return ("user" if obj is None else "account", *self.fields[1:])

    def get_readonly_fields(self, request: HttpRequest, obj: Counsellor | None = None) -> tuple[str, ...]:
        """A counsellor's bookings never pass to another person."""
        return () if obj is None else ("account",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save by the action, which finds the bookings that no longer fit."""
        actions.save_counsellor(counsellor=obj, by=cast("User", request.user))
