"""Doors for machines and for links in mails: no session, no cookie; each says what it took, and logs what it refused."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from typing import Any

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from common.message_kinds import Channel
from notifications import actions
from notifications.bouncing import MailReport, report_of
from notifications.forms import SmsReportForm
from notifications.models import Contact
from notifications.unsubscribing import GATHERED, Wish, read_token

logger = logging.getLogger(__name__)
MOST_BYTES = 50_000
PROVIDERS = {"brevo": "Brevo", "mailgun": "Mailgun", "postmark": "Postmark", "resend": "Resend"}
# What the gateway may say of an SMS; of what is still on its way nothing need be kept.
SMS_KINDS = {"delivered": "delivered", "failed": "failed", "rejected": "failed", "unknown_number": "bounced"}
ASKED = {"One-Click": "off", "again": "again"}  # the first is RFC 8058's word, the second our own button's
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, AnymailError)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: POST takes the wish back, without signing in and as often as it comes; GET only asks.

    A link that was altered shows the same page and does nothing.
    """
    wish = read_token(token)
    done = ASKED.get(request.POST.get("List-Unsubscribe", ""), "") if request.method == "POST" else ""
    if wish is None:
        logger.warning("unsubscribe: the token cannot be read")
    elif done:
        actions.set_wanted(
            owner=wish.owner, category=wish.category, channel=wish.channel, wanted=done == "again"
        )
    with translation.override(_language(request, wish)):
        # The page has the recipient's language alone.
        context = {"done": done, "scope": _scope(wish), "alternates": []}
        response = render(request, "notifications/unsubscribe.html", context)
    response["Referrer-Policy"] = (
        "same-origin"  # no other site learns the address; the form still names its origin
    )
    response["X-Robots-Tag"] = "noindex"
    return response


def _scope(wish: Wish | None) -> str:
    """How far a link reaches: all messages of a booking, all subjects of a digest, or the e-mails of one subject."""
    if wish is None:
        return "subject"
    if isinstance(wish.owner, Contact):
        return "booking"
    return "digest" if wish.category == GATHERED else "subject"


def _language(request: HttpRequest, wish: Wish | None) -> str:
    return wish.owner.language if wish else translation.get_language_from_request(request)


@csrf_exempt
@never_cache
@require_http_methods(["HEAD", "POST"])
def mail_provider(request: HttpRequest, provider: str) -> HttpResponse:
    """Bounces and complaints by the webhook of our mail provider; django-anymail reads it and checks its secret."""
    is_ours = settings.EMAIL_BACKEND.startswith(f"anymail.backends.{provider}.")
    if provider not in PROVIDERS or not is_ours or not getattr(settings, "ANYMAIL", {}).get("WEBHOOK_SECRET"):
        raise Http404
    if request.method == "HEAD":  # how some providers try the door
        return HttpResponse()
    try:
        reports = _mail_reports(request, provider)
    except AnymailWebhookValidationFailure:
        logger.warning("report of the mail provider refused: wrong secret or signature")
        return HttpResponseForbidden("wrong secret\n", content_type="text/plain")
    except UNREADABLE as error:
        logger.warning("report of the mail provider refused: malformed: %s", type(error).__name__)
        return JsonResponse({"error": "malformed"}, status=400)
    taken = sum(actions.take_provider_event(**asdict(one), channel=Channel.EMAIL) for one in reports)
    return JsonResponse({"taken": taken})


def _mail_reports(request: HttpRequest, provider: str) -> list[MailReport]:
    """What a call tells; read whole before anything is written. Raises `UNREADABLE`."""
    view = import_string(f"anymail.webhooks.{provider}.{PROVIDERS[provider]}TrackingWebhookView")()
    view.run_validators(request)
    reports = (report_of(event, provider) for event in view.parse_events(request))
    return [report for report in reports if report is not None]


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
    form = SmsReportForm(_json(request.body))
    if not form.is_valid():
        logger.warning("report of the SMS gateway refused: malformed: %s", ", ".join(form.errors))
        return JsonResponse({"error": "malformed"}, status=400)
    report = form.cleaned_data
    kind = SMS_KINDS.get(report["status"])
    is_new = kind is not None and actions.take_provider_event(
        event_id=f"sms:{report['event_id']}",
        kind=kind,
        channel=Channel.SMS,
        provider_id=report["id"],
        address=report["to"],
        detail=report["status"],
    )
    return JsonResponse({"taken": int(is_new)})


def _json(body: bytes) -> dict[str, Any]:
    """The texts and numbers of a JSON object; empty for what is none."""
    try:
        sent = json.loads(body) if len(body) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        return {}
    return {name: value for name, value in sent.items() if type(value) in (str, int)}
