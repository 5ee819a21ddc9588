"""What leaves the house when something fails: where in the code, and nothing of the people it failed for."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import brotli
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from nexus import error_reports

MARKER = "Zxqv7711"


@pytest.fixture
def catcher() -> Iterator[tuple[str, list[bytes]]]:
    """A server that takes reports: its DSN and what it got, with heads, uncompressed."""
    got: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's
            body = self.rfile.read(int(self.headers["Content-Length"]))
            unpack = {"gzip": gzip.decompress, "br": brotli.decompress}
            body = unpack.get(self.headers.get("Content-Encoding", ""), bytes)(body)
            got.append(f"{self.path}\n{self.headers}\n".encode() + b"\0" + body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://public@127.0.0.1:{server.server_port}/1", got
    server.shutdown()
    server.server_close()
    thread.join(5)


def events(got: list[bytes]) -> list[dict[str, Any]]:
    """The reports in the envelopes: a head, then pairs of a head and a body, one a line."""
    found = []
    for one in got:
        lines = one.partition(b"\0")[2].split(b"\n")
        heads = zip(lines[1::2], lines[2::2], strict=False)
        found += [json.loads(body) for head, body in heads if json.loads(head).get("type") == "event"]
    return found


def test_reports_hold_no_marker_and_say_where_it_failed(catcher: tuple[str, list[bytes]]) -> None:
    dsn, got = catcher
    env = os.environ | {
        "SENTRY_DSN": dsn,
        "MARKER": MARKER,
        "ROOT_URLCONF": "tests.project.failing_urls",
        "DJANGO_SETTINGS_MODULE": "nexus.settings",
        "RELEASE": "2026.12",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.project.reporting"],
        cwd=settings.BASE_DIR,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    everything = b"".join(got)
    assert MARKER.encode() not in everything
    for word in (b"203.0.113.9", b"@example", os.uname().nodename.encode()):
        assert word not in everything.partition(b"\0")[2]
    found = events(got)
    errors = {one["exception"]["values"][-1]["type"]: one for one in found if "exception" in one}
    assert errors.keys() == {"RuntimeError", "ValueError"}
    view = errors["RuntimeError"]
    frames = view["exception"]["values"][-1]["stacktrace"]["frames"]
    assert frames[-1]["function"] == "fail_with_what_was_typed"
    assert frames[-1]["lineno"] > 1
    assert view["transaction"] == "/fail/{token}/"
    assert len(view["tags"]["request_id"]) == 32
    assert errors["ValueError"]["transaction"] == "failing_task"
    (line,) = [one for one in found if "exception" not in one]
    assert line["logentry"]["message"].startswith("common.odd, reporting.main:")
    assert {one["release"] for one in found} == {"2026.12"}


def test_without_an_address_nothing_is_reported_and_junk_is_named() -> None:
    error_reports.start("", release="x")
    with pytest.raises(ImproperlyConfigured, match="SENTRY_DSN"):
        error_reports.start("https://nobody/", release="x")


def test_only_what_is_listed_leaves() -> None:
    event = {
        "event_id": "1",
        "user": {"email": "nina@example.com"},
        "extra": {"a": "b"},
        "contexts": {"c": {}},
        "breadcrumbs": {"values": [{"message": "x"}]},
        "server_name": "machine",
        "transaction": "/ro/find/nina/",
        "transaction_info": {"source": "url"},
        "request": {"method": "POST", "url": "https://x/nina", "data": "nina", "cookies": {}, "headers": {}},
        "exception": {
            "values": [
                {
                    "type": "E",
                    "value": "nina",
                    "mechanism": {"type": "django", "data": {"nina": 1}},
                    "stacktrace": {"frames": [{"function": "f", "vars": {"nina": 1}, "context_line": "x"}]},
                }
            ]
        },
    }
    assert error_reports.allowed(event, {}) == {
        "event_id": "1",
        "request": {"method": "POST"},
        "exception": {
            "values": [
                {
                    "type": "E",
                    "mechanism": {"type": "django", "handled": None},
                    "stacktrace": {"frames": [{"function": "f"}]},
                }
            ]
        },
    }
