"""The browser that measures: Debian's chromium, or another one that CHROMIUM names."""

from __future__ import annotations

import os
import shutil

from bench.harness import CannotMeasureError

FLAGS = (
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def program() -> str:
    """Path of the browser. Raises CannotMeasureError when there is none."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        raise CannotMeasureError("chromium is missing: install it (`apt-get install chromium`).")
    return found


def flags() -> list[str]:
    """Flags for a browser that does nothing of its own; its sandbox refuses to run as root."""
    return [*FLAGS, "--headless=new", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
