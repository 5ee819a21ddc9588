"""What a mail provider's event means for us; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason

SOFT = ("soft_bounce", "SoftBounce", "temporary")  # providers' own words that anymail files as bounces
NO_ADDRESS = (RejectReason.INVALID, RejectReason.BOUNCED)
LONGEST_ADDRESS = 254


@dataclass(frozen=True, slots=True)
class MailReport:
    """A bounce or a complaint, as `actions.take_provider_event` takes it."""

    event_id: str
    kind: str  # bounced or complained
    address: str
    provider_id: str
    detail: str


def report_of(event: AnymailTrackingEvent, provider: str) -> MailReport | None:
    """A hard bounce or a complaint; None for everything else, and for what only waits.

    Raises ValueError for values that no provider sends.
    """
    kind = _kind(event)
    if not kind:
        return None
    address, number = _text(event.recipient), _text(event.message_id)
    if not address or len(address) > LONGEST_ADDRESS:
        raise ValueError("no address")
    # Without a number of its own, an event is known by what it says: a second time is the same.
    event_id = _text(event.event_id) or f"{number}:{event.event_type}:{address}"
    detail = _text(event.description or event.mta_response) or kind
    return MailReport(f"{provider}:{kind}:{event_id}"[:200], kind, address, number[:200], detail[:200])


def _kind(event: AnymailTrackingEvent) -> str:
    if event.event_type == EventType.COMPLAINED or event.reject_reason == RejectReason.SPAM:
        return "complained"
    said: Any = event.esp_event if isinstance(event.esp_event, dict) else {}
    if any(said.get(name) in SOFT for name in ("event", "Type", "severity")):
        return ""
    if event.event_type == EventType.BOUNCED and event.reject_reason in (None, *NO_ADDRESS):
        return "bounced"
    return "bounced" if event.event_type == EventType.REJECTED and event.reject_reason in NO_ADDRESS else ""


def _text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str | int) or "\x00" in str(value):
        raise ValueError("not a text")
    str(value).encode()  # half of a character raises UnicodeEncodeError, which is a ValueError
    return str(value)
