"""An invitation to a role, opened by the link in the message."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts import actions, scopes
from accounts.actions.roles import hash_of
from accounts.models import STAFF_ROLES, Role, RoleInvitation, User


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is offered and to whom; POST takes it. Unknown, used and expired links look alike."""
    found = (
        RoleInvitation.objects.open().select_related("invited_by").filter(token_hash=hash_of(token)).first()
    )
    user = request.user if isinstance(request.user, User) else None
    if found and user and request.method == "POST":
        grant = actions.accept_invitation(invitation=found, user=user)
        if grant is not None:
            messages.success(request, gettext("You have the role now."))
            needs_factor = Role(grant.role) in STAFF_ROLES
            return redirect("accounts:second_factor_needed" if needs_factor else "accounts:my_account")
    if found is None:
        response = render(request, "accounts/invitation_gone.html", status=404)
    else:
        state = "sign_in" if user is None else "open" if user.email == found.email else "other_address"
        context = {
            "invitation": found,
            "role_label": Role(found.role).label,
            "scopes": scopes.in_words(found.scopes),
            "state": state,
        }
        response = render(request, "accounts/invitation.html", context)
    patch_cache_control(response, no_store=True, private=True)
    # The address is a secret, so no other site learns it. "no-referrer" would make browsers post `Origin: null`.
    response["Referrer-Policy"] = "same-origin"
    return response
