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
        self._used: set[str] = set()  # codes that were given out

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
        """The eight digits of the newest mail to an address that has some which were not given out before; waits."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            body = self.newest_for(address).get_body(("plain",))
            found = re.search(r"^(\d{8})$", body.get_content(), re.MULTILINE) if body else None
            if found and f"{address} {found[1]}" not in self._used:
                self._used.add(f"{address} {found[1]}")
                return found[1]
            time.sleep(0.1)
        raise AssertionError(f"no new code for {address}")


def app_code(seed: str) -> str:
    """What an authenticator app shows now."""
    return code_of(seed, time.time())
