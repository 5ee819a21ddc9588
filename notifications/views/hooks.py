"""Doors for machines and for links in mails: no session, no cookie; each says what it took, and logs what it refused."""

from __future__ import annotations

import json
import logging
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from common.message_kinds import Channel
from notifications import actions
from notifications.unsubscribing import Wish, read_token

logger = logging.getLogger(__name__)
MOST_BYTES = 50_000
PROVIDERS = {"brevo": "Brevo", "mailgun": "Mailgun", "postmark": "Postmark", "resend": "Resend"}
SMS_KINDS = {"delivered": "delivered", "failed": "failed", "rejected": "failed", "unknown_number": "bounced"}


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: POST takes the wish back, without signing in and as often as it comes; GET only asks.

    A link that was altered shows the same page and does nothing.
    """
    wish = read_token(token)
    done = ""
    if wish is None:
        logger.warning("unsubscribe: the token cannot be read")
    elif request.method == "POST":
        wanted = request.POST.get("again") == "1"
        actions.set_wanted(owner=wish.owner, category=wish.category, channel=wish.channel, wanted=wanted)
    if request.method == "POST":
        done = "again" if request.POST.get("again") == "1" else "off"
    with translation.override(_language(request, wish)):
        context = {"done": done, "category": wish.category.label if wish else "", "hide_languages": True}
        response = render(request, "notifications/unsubscribe.html", context)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _language(request: HttpRequest, wish: Wish | None) -> str:
    return wish.owner.language if wish else translation.get_language_from_request(request)


@csrf_exempt
@never_cache
@require_http_methods(["HEAD", "POST"])
def mail_provider(request: HttpRequest, provider: str) -> HttpResponseBase:
    """Bounces and complaints by the webhook of a mail provider; django-anymail reads it and checks its secret."""
    if provider not in PROVIDERS or not getattr(settings, "ANYMAIL", {}).get("WEBHOOK_SECRET"):
        raise Http404
    view = import_string(f"anymail.webhooks.{provider}.{PROVIDERS[provider]}TrackingWebhookView")

    class Door(view):  # type: ignore[misc, valid-type]  # chosen at run time
        def handle_event(self, event: AnymailTrackingEvent) -> None:
            """Take in one event, without anymail's signal."""
            take_mail_event(event, provider)

        def handle_events(self, events: list[AnymailTrackingEvent]) -> None:
            """All events of one call."""
            for event in events:
                self.handle_event(event)

    response: HttpResponseBase = Door.as_view()(request)
    return response


def take_mail_event(event: AnymailTrackingEvent, provider: str) -> None:
    """Suppress addresses that do not exist or complained; what only waits is left alone."""
    is_hard = event.reject_reason in (None, "bounced", "invalid") and event.event_type == EventType.BOUNCED
    kinds = {EventType.COMPLAINED: "complained", EventType.UNSUBSCRIBED: "complained"}
    kind = "bounced" if is_hard else kinds.get(event.event_type, "")
    if not kind:
        return
    number = event.event_id or f"{event.message_id}:{event.event_type}:{event.recipient}"
    actions.take_provider_event(
        event_id=f"{provider}:{number}",
        kind=kind,
        channel=Channel.EMAIL,
        address=event.recipient or "",
        provider_id=event.message_id or "",
        detail=event.description or event.event_type,
    )


@csrf_exempt
@never_cache
@require_POST
def sms_report(request: HttpRequest) -> HttpResponse:
    """The gateway's report {"event_id", "id", "status", "to"}; its secret stands in `X-Webhook-Secret`."""
    if not settings.WEBHOOK_SECRET:
        raise Http404
    if not constant_time_compare(request.headers.get("X-Webhook-Secret", ""), settings.WEBHOOK_SECRET):
        logger.warning("report of the SMS gateway refused: wrong secret")
        return HttpResponseForbidden("wrong secret\n", content_type="text/plain")
    try:
        report = _report(request.body)
    except (ValueError, TypeError, KeyError):
        logger.warning("report of the SMS gateway refused: malformed")
        return JsonResponse({"error": "malformed"}, status=400)
    is_new = actions.take_provider_event(**report, channel=Channel.SMS)
    return JsonResponse({"taken": is_new})


def _report(body: bytes) -> dict[str, Any]:
    if len(body) > MOST_BYTES:
        raise ValueError("too long")
    sent = json.loads(body)
    texts = {name: sent.get(name, "") for name in ("event_id", "id", "status", "to")}
    if not all(isinstance(text, str) and "\x00" not in text for text in texts.values()):
        raise ValueError("not texts")
    if not texts["event_id"]:
        raise KeyError("event_id")
    return {
        "event_id": f"sms:{texts['event_id']}",
        "kind": SMS_KINDS[texts["status"]],
        "provider_id": texts["id"][:200],
        "address": texts["to"][:20],
        "detail": texts["status"],
    }
