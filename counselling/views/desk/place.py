"""Where a colleague works: the shop-front of the desk's pages, chosen once and remembered in the session."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode

from accounts.access import member, staff_page
from accounts.models import Role, User
from common.answers import SeeOther
from common.page_cache import is_fragment
from counselling import policies
from counselling.actors import Actor
from counselling.models import Appointment, Counsellor
from shopfronts.models import ShopFront

P = ParamSpec("P")
SHOPFRONT, NUMBER = "desk.shopfront", "desk.number"  # in the session
FOR_ALL = frozenset(
    {"board", "book", "ticket", "waiting_list", "unproved", "time_off", "feed", "roster", "devices"}
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works, and at which of their shop-fronts."""

    user: User
    scope: frozenset[str]  # slugs
    shopfront: ShopFront
    choices: tuple[ShopFront, ...]
    counsellor: Counsellor | None  # none: does not take people
    is_manager: bool  # of this shop-front
    number: str  # of the desk to which people are called

    @property
    def zone(self) -> ZoneInfo:
        """The clocks of the shop-front."""
        return self.shopfront.zone

    @property
    def actor(self) -> Actor:
        """Who takes the steps."""
        return Actor.staff(self.user)

    def appointment(self, pk: uuid.UUID) -> Appointment:
        """An appointment of any of their shop-fronts. Raises Http404."""
        rows = Appointment.objects.of_shopfronts(self.scope)
        return get_object_or_404(
            rows.select_related("reason", "shopfront", "counsellor", "member", "contact"), pk=pk
        )


DeskView = Callable[Concatenate[HttpRequest, Desk, P], HttpResponse]
PageView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def desk_of(request: HttpRequest) -> Desk:
    """The desk that the address asks for, or the one of before. Raises Http404 for a foreign shop-front."""
    user = member(request)
    scope = policies.desk_scope(user)
    choices = tuple(ShopFront.objects.filter(slug__in=scope))
    asked = request.GET.get("at", "")
    by_slug = {one.slug: one for one in choices}
    shopfront = by_slug.get(asked or request.session.get(SHOPFRONT, ""))
    if shopfront is None:
        if asked or not choices:
            raise Http404
        shopfront = choices[0]
    if asked and request.session.get(SHOPFRONT) != asked:
        request.session[SHOPFRONT] = asked
    return Desk(
        user=user,
        scope=scope,
        shopfront=shopfront,
        choices=choices,
        counsellor=Counsellor.objects.active().filter(user=user).first(),
        is_manager=policies.can_manage(user, shopfront.slug),
        number=request.session.get(NUMBER, ""),
    )


def desk_page(view: DeskView[P]) -> PageView[P]:
    """Let in counsellors and managers, and hand the view their desk."""

    @staff_page(Role.COUNSELLOR, Role.MANAGER)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, desk_of(request), *args, **kwargs)

    @wraps(view)
    def whole(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        answer = inner(request, *args, **kwargs)
        if is_fragment(request) and answer.status_code in (301, 302, 303):  # to sign in: not inside a lane
            return HttpResponse(headers={"HX-Refresh": "true", "Cache-Control": "no-store, private"})
        return answer

    return cast("PageView[P]", whole)  # wraps names its arguments


def manager_page(view: DeskView[P]) -> PageView[P]:
    """The same for managers of the shop-front alone. Raises PermissionDenied for others."""

    @wraps(view)
    def inner(request: HttpRequest, desk: Desk, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not desk.is_manager:
            raise PermissionDenied
        return view(request, desk, *args, **kwargs)

    return desk_page(cast("DeskView[P]", inner))


def show(
    request: HttpRequest, desk: Desk, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of the desk; choosing another shop-front leads to the same page there, if it is one for all."""
    match = request.resolver_match
    page = match.url_name if match and match.url_name in FOR_ALL else "board"
    # No entry of the public menu is lit here, whatever the page is called.
    context |= {"desk": desk, "here": reverse(f"desk:{page}"), "section": ""}
    return render(request, f"counselling/desk/{template}", context, status=status)


def see_other(route: str, *args: object, **query: str) -> HttpResponse:
    """On to another page of the desk after something was done."""
    address = reverse(f"desk:{route}", args=args)
    return SeeOther(f"{address}?{urlencode(query)}" if query else address)
