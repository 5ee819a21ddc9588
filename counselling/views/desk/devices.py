"""Tablets and screens of a shop-front: let in, listed, taken back."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.drawing import qr_code
from common.forms import posted
from counselling import actions
from counselling.forms.desk import DeviceForm
from counselling.models import Device
from counselling.views.desk.place import Desk, manager_page, see_other, show

FRESH = "desk.device"  # in the session until it is shown, once


@require_http_methods(["GET", "HEAD", "POST"])
@manager_page
def devices(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What is let in; a new one's address is shown once, right after it was made."""
    form = DeviceForm(posted(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        device, token = actions.add_device(
            shopfront=desk.shopfront, kind=data["kind"], label=data["label"], by=desk.user
        )
        request.session[FRESH] = [str(device.pk), token]
        return see_other("devices", at=desk.shopfront.slug)
    rows = list(Device.objects.trusted().filter(shopfront=desk.shopfront))
    key, token = request.session.pop(FRESH, ("", "")) if request.method == "GET" else ("", "")
    fresh = next((row for row in rows if str(row.pk) == key), None)
    url = f"{settings.BASE_URL}{reverse(f'room:{fresh.kind}', args=[token])}" if fresh else ""
    context = {"form": form, "devices": rows, "fresh": fresh, "address": url, "qr_svg": url and qr_code(url)}
    return show(request, desk, "devices.html", context, status=422 if form.is_bound else 200)


@require_POST
@manager_page
def device_revoke(request: HttpRequest, desk: Desk, pk: uuid.UUID) -> HttpResponse:
    """Shut a device out."""
    device = get_object_or_404(Device.objects.trusted().filter(shopfront=desk.shopfront), pk=pk)
    actions.revoke_device(device=device, by=desk.user)
    messages.success(request, _("“%(label)s” no longer has access.") % {"label": device.label})
    return see_other("devices", at=desk.shopfront.slug)
