"""Mails that the product has written, as files; and codes of authenticator apps."""

from __future__ import annotations

import re
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import cast

from nexus.demo_code import code_of

PATIENCE = 20  # seconds


class Mailbox:
    """A folder of Django's file backend."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def newest_for(self, address: str) -> EmailMessage:
        """The newest mail to an address; waits for it."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for path in sorted(self.folder.glob("*"), key=lambda one: one.stat().st_mtime, reverse=True):
                text = path.read_bytes()
                if f"To: {address}".encode() in text and text.rstrip().endswith(b"-" * 79):
                    return cast("EmailMessage", message_from_bytes(text, policy=policy.default))
            time.sleep(0.1)
        raise AssertionError(f"no mail to {address}")

    def code_for(self, address: str) -> str:
        """The six digits in the newest mail to an address."""
        body = self.newest_for(address).get_body(("plain",))
        assert body is not None
        found = re.search(r"^(\d{6})$", body.get_content(), re.MULTILINE)
        assert found
        return found[1]


def app_code(seed: str) -> str:
    """What an authenticator app shows now; late in a step it waits for the next one, so that none is used twice."""
    return code_of(seed, time.time())
