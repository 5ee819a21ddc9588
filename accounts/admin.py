"""The administration of people: roles are given by invitation, every deed asks for a reason and is logged."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts import actions, scopes
from accounts.admin_forms import GrantForm, InvitationForm, PersonForm
from accounts.models import AuditEntry, Role, RoleGrant, RoleInvitation, User
from common.careful_admin import CarefulAdmin

# Seeds, tokens and sessions are nobody's to look at or to edit; people see their own.
for hidden in (Group, EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession):
    if admin.site.is_registered(hidden):
        admin.site.unregister(hidden)


SCOPES = ("to_shopfront", "to_language", "to_board", "to_provider")


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


class ReadOnlyAdmin(CarefulAdmin, ModelAdmin):  # type: ignore[misc]  # untyped
    """Shown, never typed over."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """People who sign in: one deed at a time, with its reason."""

    form = PersonForm
    ordering = ("email",)
    list_display = ("email", "language", "is_staff", "is_active", "joined_at")
    list_filter = ("grants__role", "is_staff", "is_active", "language")
    search_fields = ("email",)  # never a handle beside an address: nobody may tie the two here
    readonly_fields = ("email", "language", "time_zone", "is_active", "joined_at", "last_login")
    fieldsets = (
        (None, {"fields": readonly_fields}),
        (_("Actions"), {"fields": ("deed", "reason")}),
    )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Do the deed that was chosen."""
        verbs = {
            AuditEntry.Deed.ACCOUNT_SHUT: actions.shut_account,
            AuditEntry.Deed.ACCOUNT_OPENED: actions.open_account,
            AuditEntry.Deed.SECOND_FACTOR_RESET: actions.take_away_second_factor,
        }
        verb = verbs.get(form.cleaned_data["deed"])
        if verb is not None:
            verb(user=obj, by=_user(request), reason=form.cleaned_data["reason"])


@admin.register(RoleGrant)
class RoleGrantAdmin(ReadOnlyAdmin):
    """Who may do what, where."""

    form = GrantForm
    list_display = ("person", "role", "where", "giver", "granted_at")
    list_filter = ("role",)
    list_select_related = ("user", "granted_by")
    search_fields = ("user__email",)
    readonly_fields = ("person", "role", "giver", "granted_at")
    fields = (*readonly_fields, *SCOPES, "remove", "reason")

    @admin.display(description=_("account"), ordering="user__email")
    def person(self, grant: RoleGrant) -> str:
        """Whose it is."""
        return grant.user.email

    @admin.display(description=_("given by"))
    def giver(self, grant: RoleGrant) -> str:
        """Who gave it."""
        return grant.granted_by.email if grant.granted_by else ""

    @admin.display(description=_("limited to"))
    def where(self, grant: RoleGrant) -> str:
        """Names of the places."""
        return scopes.in_words(grant.scopes)

    def save_model(self, request: HttpRequest, obj: RoleGrant, form: Any, change: bool) -> None:
        """Bind the role anew, or take it away."""
        reason = form.cleaned_data["reason"]
        if form.cleaned_data["remove"]:
            actions.remove_role(grant=obj, by=_user(request), reason=reason)
            messages.success(request, gettext("The role was taken away."))
        else:
            actions.bind_role(grant=obj, scopes=form.scopes(), by=_user(request), reason=reason)

    def response_change(self, request: HttpRequest, obj: RoleGrant) -> Any:
        """Back to the list: the row may be gone."""
        return self.response_post_save_change(request, obj)

    def log_change(self, request: HttpRequest, obj: RoleGrant, message: Any) -> Any:
        """Our own log has it, with the reason."""


@admin.register(RoleInvitation)
class RoleInvitationAdmin(ReadOnlyAdmin):
    """Roles offered; a message with the link goes out at once."""

    form = InvitationForm
    list_display = (
        "email",
        "role",
        "where",
        "inviter",
        "invited_at",
        "expires_at",
        "accepted_at",
        "withdrawn_at",
    )
    list_filter = ("role",)
    search_fields = ("email",)
    actions = ("withdraw",)
    fields = ("email", "role", "language", *SCOPES, "reason")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """As Django's permissions say."""
        return bool(ModelAdmin.has_add_permission(self, request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An invitation that went out is not changed: withdraw it and send another."""
        return obj is None and bool(ModelAdmin.has_change_permission(self, request))

    @admin.display(description=_("invited by"))
    def inviter(self, invitation: RoleInvitation) -> str:
        """Who sent it."""
        return invitation.invited_by.email if invitation.invited_by else ""

    @admin.display(description=_("limited to"))
    def where(self, invitation: RoleInvitation) -> str:
        """Names of the places."""
        return scopes.in_words(invitation.scopes)

    def save_model(self, request: HttpRequest, obj: RoleInvitation, form: Any, change: bool) -> None:
        """Invite."""
        data = form.cleaned_data
        invitation, _token = actions.invite(
            email=data["email"],
            role=Role(data["role"]),
            scopes=form.scopes(),
            language=data["language"],
            reason=data["reason"],
            by=_user(request),
        )
        obj.pk = invitation.pk

    @admin.action(description=_("Withdraw"), permissions=["add"])
    def withdraw(self, request: HttpRequest, queryset: Any) -> None:
        """Take the chosen invitations back."""
        for invitation in queryset:
            actions.withdraw_invitation(
                invitation=invitation, by=_user(request), reason=gettext("withdrawn in the administration")
            )


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """The log."""

    list_display = ("at", "deed", "who", "to_whom", "reason")
    fields = ("at", "deed", "who", "to_whom", "detail", "reason")
    list_filter = ("deed", "at")
    list_select_related = ("actor", "subject")
    search_fields = ("subject__email", "actor__email", "reason")
    date_hierarchy = "at"

    @admin.display(description=_("who"))
    def who(self, entry: AuditEntry) -> str:
        """Who did it; nobody when the product itself did."""
        return entry.actor.email if entry.actor else ""

    @admin.display(description=_("to whom"))
    def to_whom(self, entry: AuditEntry) -> str:
        """Upon whose account."""
        return entry.subject.email if entry.subject else ""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False
