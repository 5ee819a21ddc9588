"""SMS by one gateway: an HTTP door that takes JSON, or a file for the demo."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import time
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import requests
from django.conf import settings

from notifications.channels.outcome import End, Outcome
from notifications.rendering import Short

TIMEOUT = (3, 10)  # seconds to connect, and between two parts of the answer
MOST_BYTES = 20_000  # of an answer
MOST_SECONDS = 15  # for reading it: a gateway that drips would hold a worker for ever


class Gateway(Protocol):
    """Whoever sends SMS for us."""

    def send(self, message: Short) -> Outcome:
        """Hand one message over; never raises for what is outside."""


class HttpGateway:
    """POSTs {"id", "to", "from", "text"} with a bearer token; a 2xx answer with {"id": …} means taken over."""

    def __init__(self, url: str, token: str, sender: str) -> None:
        self.url, self.token, self.sender = url, token, sender

    def send(self, message: Short) -> Outcome:
        """Call the gateway once."""
        body = {"id": message.delivery_id, "to": message.to, "from": self.sender, "text": message.text}
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": message.delivery_id}
        try:
            with requests.post(
                self.url, json=body, headers=headers, timeout=TIMEOUT, allow_redirects=False, stream=True
            ) as answer:
                return self._read(answer)
        except (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError):
            return Outcome(End.AGAIN, detail="the gateway could not be reached", is_away=True)
        except requests.exceptions.ConnectionError as error:
            # Refused or not found: nothing was sent. Cut off in the middle: who knows.
            end = (
                End.AGAIN
                if "NewConnectionError" in repr(error) or "NameResolution" in repr(error)
                else End.UNKNOWN
            )
            return Outcome(end, detail="the gateway could not be reached", is_away=True)
        except (requests.exceptions.RequestException, OSError) as error:
            detail = f"no answer from the gateway: {type(error).__name__}"
            return Outcome(End.UNKNOWN, detail=detail, is_away=True)

    def _read(self, answer: requests.Response) -> Outcome:
        if 400 <= answer.status_code < 500:
            end = End.AGAIN if answer.status_code == 429 else End.REFUSED
            return Outcome(end, detail=f"the gateway answered {answer.status_code}")
        if not 200 <= answer.status_code < 300:
            return Outcome(End.UNKNOWN, detail=f"the gateway answered {answer.status_code}")
        try:
            found = json.loads(_beginning(answer))
            number = found["id"]
        except (ValueError, TypeError, KeyError, RecursionError):
            number = None
        if not isinstance(number, str | int):
            return Outcome(End.UNKNOWN, detail="the gateway’s answer could not be read")
        return Outcome(End.DONE, str(number)[:200])


def _beginning(answer: requests.Response) -> bytes:
    until, found = time.monotonic() + MOST_SECONDS, b""
    for part in answer.iter_content(1):  # a longer piece would be waited for, drop by drop
        found += part
        if len(found) > MOST_BYTES or time.monotonic() > until:
            break
    return found


class FileGateway:
    """Appends one JSON object a line, for the demo; several workers may write at once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, message: Short) -> Outcome:
        """Write the line."""
        line = json.dumps(
            {
                "at": dt.datetime.now(dt.UTC).isoformat(),
                "id": message.delivery_id,
                "to": message.to,
                "text": message.text,
            },
            ensure_ascii=False,
        )
        try:
            with self.path.open("a", encoding="utf-8") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.write(line + "\n")
        except OSError as error:
            return Outcome(End.AGAIN, detail=type(error).__name__)
        return Outcome(End.DONE, message.delivery_id)


def gateway() -> Gateway | None:
    """The gateway that the settings name; None where there is no SMS."""
    address = settings.SMS_GATEWAY_URL
    parts = urlsplit(address)
    if parts.scheme == "file":
        return FileGateway(Path(unquote(parts.path)))
    if parts.scheme in ("http", "https"):
        return HttpGateway(address, settings.SMS_GATEWAY_TOKEN, settings.SMS_SENDER)
    return None
