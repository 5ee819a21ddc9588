"""Web push (RFC 8030), encrypted for the browser (RFC 8291) and signed by us (RFC 8292)."""

from __future__ import annotations

import json
from collections.abc import Iterable

import requests
from django.conf import settings
from pywebpush import WebPushException, webpush

from notifications.channels.outcome import End, Outcome
from notifications.models import PushSubscription
from notifications.rendering import Short

TIMEOUT = 10  # seconds
KEEP = 24 * 3600  # seconds that the push service keeps it for a sleeping device
GONE = (404, 410)


def send(message: Short, devices: Iterable[PushSubscription]) -> Outcome:
    """Send to every device of a person; one that took it is enough. Devices that are gone are forgotten."""
    if not settings.VAPID_PRIVATE_KEY:
        return Outcome(End.NOBODY, detail="web push is switched off")
    best = Outcome(End.NOBODY, detail="no device")
    with requests.Session() as session:
        session.max_redirects = 0  # an endpoint may not lead us to a neighbour inside our network
        for device in devices:
            outcome = _send(message, device, session)
            if best.end != End.DONE and outcome.end != End.NOBODY:
                best = outcome
    return best


def _send(message: Short, device: PushSubscription, session: requests.Session) -> Outcome:
    data = json.dumps({"title": "NEXUS", "body": message.text, "url": message.url, "id": message.delivery_id})
    try:
        answer = webpush(
            subscription_info={
                "endpoint": device.endpoint,
                "keys": {"p256dh": device.p256dh, "auth": device.auth},
            },
            data=data,
            vapid_private_key=settings.VAPID_PRIVATE_KEY,
            vapid_claims={"sub": settings.VAPID_CONTACT},
            timeout=TIMEOUT,
            ttl=KEEP,
            requests_session=session,
        )
    except WebPushException as error:
        return _failure(error, device)
    except (requests.exceptions.RequestException, ValueError, TypeError) as error:
        return Outcome(End.AGAIN, detail=f"the push service could not be reached: {type(error).__name__}")
    return Outcome(End.DONE, str(getattr(answer, "headers", {}).get("Location", ""))[:200])


def _failure(error: WebPushException, device: PushSubscription) -> Outcome:
    code = error.response.status_code if error.response is not None else 0
    if code in GONE:
        PushSubscription.objects.filter(pk=device.pk).delete()
        return Outcome(End.NOBODY, detail="no device")
    end = End.REFUSED if code in (400, 403, 413) else End.AGAIN
    return Outcome(
        end, detail=f"the push service answered {code}" if code else "no answer from the push service"
    )
