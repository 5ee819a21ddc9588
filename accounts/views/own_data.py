"""Download everything about me, erase me."""

from __future__ import annotations

import json

from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts import actions, codes
from accounts.access import may_send_code, member, member_page
from accounts.actions.exports import PURPOSE
from accounts.forms import EraseForm
from accounts.models import DataExport
from common import crypto
from common.forms import posted
from common.page_cache import is_fragment

ERASE = "erase"


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def export(request: HttpRequest) -> HttpResponse:
    """Ask for a copy of one's data and see how far it is."""
    user = member(request)
    if request.method == "POST":
        actions.ask_for_export(user=user)
        return redirect("accounts:export")
    latest = DataExport.objects.filter(user=user).defer("archive").order_by("-requested_at").first()
    is_there = latest is not None and DataExport.objects.downloadable().filter(pk=latest.pk).exists()
    template = "accounts/_export_state.html" if is_fragment(request) else "accounts/export.html"
    return render(request, template, {"export": latest, "is_there": is_there})


@require_safe
@member_page
def export_download(request: HttpRequest, pk: str) -> HttpResponse:
    """The zip, for its owner alone and for 48 hours."""
    found = DataExport.objects.downloadable().filter(pk=pk, user=member(request)).first()
    if found is None or found.archive is None:
        raise Http404
    try:
        archive = crypto.decrypt(bytes(found.archive), purpose=PURPOSE)
    except crypto.InvalidToken:
        messages.error(request, gettext("This copy can no longer be opened. Please ask for a new one."))
        return redirect("accounts:export")
    response = HttpResponse(archive, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="nexus-{found.requested_at:%Y-%m-%d}.zip"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def erase(request: HttpRequest) -> HttpResponse:
    """What would be erased and what would stay; sends the code."""
    user = member(request)
    problem = ""
    if request.method == "POST":
        if may_send_code(request):
            actions.send_erase_code(user=user, code=codes.issue(request.session, ERASE))
            return redirect("accounts:erase_confirm")
        problem = gettext("Too many codes in a short time. Wait a few minutes and try again.")
    context = {"kept": actions.kept_of(user), "problem": problem}
    return render(request, "accounts/erase.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def erase_confirm(request: HttpRequest) -> HttpResponse:
    """The code from the message, and the last word."""
    if codes.pending(request.session, ERASE) is None and request.method != "POST":
        return redirect("accounts:erase")
    form = EraseForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            codes.redeem(request.session, ERASE, form.cleaned_data["code"])
        except ValidationError as error:
            form.add_error("code", error)
        else:
            actions.erase_user(user=member(request), reason="asked for by its owner")
            logout(request)
            response = redirect("accounts:erased")
            response["Clear-Site-Data"] = json.dumps("cache")
            return response
    return render(
        request, "accounts/erase_confirm.html", {"form": form}, status=422 if form.is_bound else 200
    )


@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    """Done; for whoever comes here."""
    return render(request, "accounts/erased.html")
