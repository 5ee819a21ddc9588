"""My account: the overview, the profile, the telephone, sessions."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import activate, gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions, codes, factors, scopes
from accounts.access import may_send_code, member, member_page
from accounts.forms import HANDLE_TAKEN, CodeForm, PhoneForm, ProfileForm
from accounts.models import Role, User
from common.forms import posted

PHONE = "phone"


def _factors(user: User) -> dict[str, Any]:
    """How the person may sign in, in one query."""
    found = list(Authenticator.objects.filter(user=user))
    kinds = [one.type for one in found]
    recovery = [one for one in found if one.type == Authenticator.Type.RECOVERY_CODES]
    return {
        "passkey_count": kinds.count(Authenticator.Type.WEBAUTHN),
        "has_totp": Authenticator.Type.TOTP in kinds,
        "recovery_left": sum(map(factors.recovery_codes_left, recovery)),
        "needs_second_factor": user.is_office and not found,
    }


@require_safe
@member_page
def my_account(request: HttpRequest) -> HttpResponse:
    """The overview."""
    user = member(request)
    context = {
        "has_password": user.has_usable_password(),
        "session_count": UserSession.objects.filter(user=user).count(),
        "works_at_desk": user.has_role(Role.COUNSELLOR, Role.MANAGER),
        "grants": [
            {"role": Role(grant.role).label, "scopes": scopes.in_words(grant.scopes)}
            for grant in user.grants.order_by("role")
        ],
    }
    return render(request, "accounts/my_account.html", context | _factors(user))


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def profile(request: HttpRequest) -> HttpResponse:
    """Handle, name, language, zone, country and phase."""
    form = ProfileForm(posted(request), instance=User.objects.get(pk=member(request).pk))
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.change_profile(user=form.save(commit=False))
        except IntegrityError as error:
            if "accounts_user_handle_unlike_others" not in str(error):
                raise  # not what this page can explain
            form.add_error("handle", str(HANDLE_TAKEN))  # somebody took it between the look and the write
        else:
            activate(user.language)
            messages.success(request, gettext("Saved."))
            return redirect("accounts:my_account")
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def phone(request: HttpRequest) -> HttpResponse:
    """A number for SMS: a code goes there first."""
    user = member(request)
    form = PhoneForm(posted(request), country=user.country, initial={"phone": user.phone})
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["phone"]
        if may_send_code(request):
            actions.send_phone_code(user=user, phone=number, code=codes.issue(request.session, PHONE, number))
            return redirect("accounts:phone_confirm")
        form.add_error(None, gettext("Too many codes in a short time. Wait a few minutes and try again."))
    return render(request, "accounts/phone.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def phone_confirm(request: HttpRequest) -> HttpResponse:
    """The code that came by SMS."""
    number = codes.pending(request.session, PHONE)
    if number is None and request.method != "POST":
        return redirect("accounts:phone")
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            number = codes.redeem(request.session, PHONE, form.cleaned_data["code"])
        except ValidationError as error:
            form.add_error("code", error)
        else:
            actions.set_phone(user=member(request), phone=number)
            messages.success(request, gettext("Your number is confirmed."))
            return redirect("accounts:my_account")
    context = {"form": form, "number": number}
    return render(request, "accounts/phone_confirm.html", context, status=422 if form.is_bound else 200)


@require_POST
@member_page
def phone_remove(request: HttpRequest) -> HttpResponse:
    """Forget the number."""
    actions.remove_phone(user=member(request))
    messages.success(request, gettext("Your number was deleted."))
    return redirect("accounts:my_account")


@require_POST
@member_page
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End all sessions of the person, this one too."""
    actions.close_sessions(user=member(request))
    logout(request)
    return redirect("account_login")


@require_safe
@member_page
def second_factor_needed(request: HttpRequest) -> HttpResponse:
    """Tell staff that they need a second factor, and how to get one."""
    return render(request, "accounts/second_factor_needed.html")
