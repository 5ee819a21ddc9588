"""E-mail by Django's backend: SMTP, or a provider's API through django-anymail. One connection serves a batch."""

from __future__ import annotations

import contextlib
import smtplib
from typing import Any

import requests
from anymail.exceptions import AnymailError, AnymailRecipientsRefused, AnymailRequestsAPIError
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from notifications.channels.outcome import End, Outcome
from notifications.rendering import Mail

NAMED = 160  # characters of what a server said


class Post:
    """Sends mails over one connection, opened when the first one comes."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def __enter__(self) -> Post:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up; a server that is gone already is no matter."""
        if self._connection is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._connection.close()
            self._connection = None

    def send(self, mail: Mail) -> Outcome:
        """Hand one mail over."""
        message = _message(mail)
        try:
            if self._connection is None:
                self._connection = get_connection()
                self._connection.open()
            message.connection = self._connection
            message.send()
        except (smtplib.SMTPException, OSError, AnymailError, ValueError) as error:
            self.close()  # in what state it is, nobody knows
            return _failure(error)
        status = getattr(message, "anymail_status", None)
        return Outcome(End.DONE, str(getattr(status, "message_id", "") or mail.message_id))


def _message(mail: Mail) -> EmailMultiAlternatives:
    headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"}
    if mail.unsubscribe_url:
        headers |= {
            "List-Unsubscribe": f"<{mail.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
        }
    reply_to = [settings.REPLY_TO] if settings.REPLY_TO else None
    message = EmailMultiAlternatives(
        mail.subject, mail.text, None, [mail.to], headers=headers, reply_to=reply_to
    )
    message.attach_alternative(mail.html, "text/html")
    for file in mail.attachments:
        if file.media_type.startswith("text/calendar") and "anymail" not in settings.EMAIL_BACKEND:
            # Outlook and Gmail know an invitation by its alternative part; providers' APIs take none but HTML.
            message.attach_alternative(file.content.decode(), file.media_type)
        message.attach(file.name, file.content, file.media_type)
    return message


def _failure(error: Exception) -> Outcome:
    """What a failed try means: 5xx for this message or recipient will stay so, the rest may pass.

    A sender or a password that is refused is a fault of ours that somebody will mend.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()), (450, b""))
        return _by_code(code, text)
    if isinstance(error, smtplib.SMTPDataError):
        return _by_code(error.smtp_code, error.smtp_error)
    if isinstance(error, ValueError):  # an address or a header that no mail can carry
        return Outcome(End.REFUSED, detail=type(error).__name__)
    if isinstance(error, AnymailRecipientsRefused):
        return Outcome(End.REFUSED, detail="the provider refused the recipient")
    if isinstance(error, AnymailRequestsAPIError):
        response: requests.Response | None = getattr(error, "response", None)
        code = response.status_code if response is not None else 0
        end = End.REFUSED if code in (400, 422) else End.AGAIN
        said = f"the provider answered {code}" if code else "no answer from the provider"
        return Outcome(end, detail=said, is_away=end == End.AGAIN)
    return Outcome(End.AGAIN, detail=type(error).__name__, is_away=True)


def _by_code(code: int, text: Any) -> Outcome:
    said = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
    said = said.split("<", 1)[0] if "@" in said else said  # servers like to repeat the address
    return Outcome(End.REFUSED if 500 <= code < 600 else End.AGAIN, detail=f"{code} {said}"[:NAMED].strip())
