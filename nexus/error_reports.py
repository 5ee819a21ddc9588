"""Errors of production reach whoever mends them (SENTRY_DSN), without anything that a person typed or is known by.

Nothing is taken out of a report: a report is made anew from what is allowed in it. That is the class of an error and the
lines of code it went through, the pattern of the route, the place of a log line, the release and the request's id, by
which the whole story can be found in the log of the machine.
"""

from __future__ import annotations

from typing import Any

import sentry_sdk
from django.core.exceptions import ImproperlyConfigured
from django_guid import get_guid
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.utils import BadDsn

AS_THEY_ARE = ("event_id", "timestamp", "platform", "level", "release")
OF_A_FRAME = ("module", "function", "filename", "lineno", "in_app")
OF_AN_ERROR = ("type", "module", "mechanism")


def start(dsn: str, *, release: str) -> None:
    """Report from now on; nothing without an address. Raises ImproperlyConfigured when it is none."""
    if not dsn:
        return
    try:
        sentry_sdk.init(
            dsn=dsn,
            release=release,
            default_integrations=False,
            auto_enabling_integrations=False,
            integrations=[
                DjangoIntegration(transaction_style="url", middleware_spans=False, signals_spans=False),
                CeleryIntegration(),
                LoggingIntegration(level=None),
            ],
            before_send=allowed,
            before_breadcrumb=lambda _crumb, _hint: None,
            include_local_variables=False,
            include_source_context=False,
            max_request_body_size="never",
            auto_session_tracking=False,
            send_client_reports=False,
            server_name="",
            shutdown_timeout=2,
        )
    except BadDsn:
        raise ImproperlyConfigured("SENTRY_DSN must look like https://key@errors.example/1") from None


def allowed(event: Any, hint: dict[str, Any]) -> Any:
    """A report with what may leave the house, and nothing else."""
    report: dict[str, Any] = {name: event[name] for name in AS_THEY_ARE if name in event}
    if "exception" in event:
        report["exception"] = {"values": [_error(one) for one in event["exception"].get("values", ())]}
    if record := hint.get("log_record"):  # never its text: that was put together from what people wrote
        report["logger"] = record.name
        report["logentry"] = {"message": f"{record.name}, {record.module}.{record.funcName}:{record.lineno}"}
    route = str(event.get("transaction", ""))
    info = event.get("transaction_info", {})
    if info.get("source") in ("route", "task"):  # else it is the address itself
        report |= {"transaction": route, "transaction_info": info}
    if method := event.get("request", {}).get("method"):
        report["request"] = {"method": method}
    if request_id := get_guid():
        report["tags"] = {"request_id": request_id}
    return report


def _error(error: dict[str, Any]) -> dict[str, Any]:
    # Its text may quote a row or what was typed ("Key (email)=(…) already exists").
    kept = {name: error[name] for name in OF_AN_ERROR if name in error}
    if "mechanism" in kept:
        kept["mechanism"] = {name: kept["mechanism"].get(name) for name in ("type", "handled")}
    frames = (error.get("stacktrace") or {}).get("frames", ())
    shown = [{name: frame[name] for name in OF_A_FRAME if name in frame} for frame in frames]
    return kept | {"stacktrace": {"frames": shown}}
