"""Who may open a page: members their own, staff theirs after a second factor. Pages of people are never kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from allauth.account.authentication import get_authentication_records
from allauth.core.internal import ratelimit
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import urlencode

from accounts.models import STAFF_ROLES, Role, User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def member(request: HttpRequest) -> User:
    """The signed-in person; only for views behind `member_page` or `staff_page`."""
    assert isinstance(request.user, User)  # noqa: S101  # for the type checker; the decorator lets no one else in
    return request.user


def member_page(view: View[P]) -> View[P]:
    """Let in who has signed in, send others to sign in; the answer may not be kept anywhere."""

    @wraps(view)
    def inner(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _private(redirect_to_login(request.get_full_path()))
        return _private(view(request, *args, **kwargs))

    return cast("View[P]", inner)


def staff_page(*roles: Role) -> Callable[[View[P]], View[P]]:
    """Let in who has one of these roles and has passed a second factor; without roles any staff role counts.

    Raises PermissionDenied for a member without the role.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def inner(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _private(redirect_to_login(request.get_full_path()))
            user = member(request)
            if not user.has_role(*(roles or STAFF_ROLES)):
                raise PermissionDenied
            gate = second_factor_gate(request)
            return _private(view(request, *args, **kwargs) if gate is None else gate)

        return cast("View[P]", inner)

    return decorate


def asked_by_an_open_page(view: View[P]) -> View[P]:
    """Mark a view that pages ask by themselves, while their reader may be away: it keeps nobody signed in."""
    view.is_asked_by_an_open_page = True  # type: ignore[attr-defined]  # read by the middleware
    return view


def second_factor_gate(request: HttpRequest) -> HttpResponse | None:
    """Where someone must go before a staff page opens: to set up a second factor, or to show it; else None."""
    user = member(request)
    if not is_mfa_enabled(user):
        return redirect("accounts:second_factor_needed")
    passed = (record["method"] == "mfa" for record in get_authentication_records(request, user))
    if not any(passed):
        query = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('mfa_reauthenticate')}?{query}")
    return None


def may_send_code(request: HttpRequest) -> bool:
    """Whether the person may have one more code now (counted by person)."""
    return bool(ratelimit.consume(request, app="allauth.account", action="own_code", user=request.user))


def _private(response: HttpResponseBase) -> HttpResponseBase:
    patch_cache_control(cast("HttpResponse", response), no_store=True, private=True)
    return response
