"""A process beside the site in which things happen while a browser looks on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
TABLET = {"width": 768, "height": 1024}
NewTab = Callable[..., Page]


class Rig:
    """The process, from the side of the tests; what runs in it is the `main()` of a module of deeds."""

    def __init__(self, environment: dict[str, str], deeds: str = "room_deeds") -> None:
        code = f"from tests.browser.{deeds} import main; main()"
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "--verbosity", "0", "--no-imports", "--command", code],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, deed: str, *arguments: Any) -> Any:
        """Do something, and wait until it is done."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps([deed, *arguments]) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, f"the rig died over {deed}"
        return json.loads(answer)

    def close(self) -> None:
        """End it."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()
