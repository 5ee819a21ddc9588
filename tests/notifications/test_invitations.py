"""An appointment in a mail: a file to keep, and a part that mail programs show buttons for."""

from __future__ import annotations

import pytest

from common.message_kinds import Attachment
from notifications.channels import email
from notifications.rendering import Mail

FILE = Attachment(
    "nexus.ics", b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n", "text/calendar; method=REQUEST"
)


@pytest.mark.parametrize(
    ("backend", "calendars"), [("django.core.mail.backends.locmem", 2), ("anymail.backends.x", 1)]
)
def test_an_invitation_is_an_alternative_too_where_whole_mails_are_sent(
    backend: str, calendars: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(email.settings, "EMAIL_BACKEND", f"{backend}.EmailBackend")
    message = email._message(Mail("a@example.com", "s", "t", "<p>t</p>", "<1@x>", "", (FILE,)))
    sent = message.message()
    parts = [part for part in sent.walk() if part.get_content_type() == "text/calendar"]
    assert len(parts) == calendars
    assert {part.get_param("method") for part in parts} == {"REQUEST"}
    assert [part.get_filename() for part in parts].count("nexus.ics") == 1
    assert all(b"METHOD:REQUEST" in part.get_payload(decode=True) for part in parts)
