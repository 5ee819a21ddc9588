"""The front between granian and Django: whole bodies, two lanes, patience."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from common import lanes
from nexus import front
from nexus.front import Front

Headers = dict[str, str]


@dataclass
class Scope:
    """A request as granian tells it."""

    method: str = "GET"
    path: str = "/ro/"
    headers: Headers = field(default_factory=dict)
    proto: str = "http"
    http_version: str = "1.1"
    scheme: str = "http"
    server: str = "127.0.0.1:8000"
    client: str = "10.1.2.3:40000"
    query_string: str = "q=1"


class Protocol:
    """A connection: what comes in, and what was answered."""

    def __init__(self, *chunks: bytes, pause: float = 0.0) -> None:
        self.chunks, self.pause = chunks, pause
        self.answer: tuple[int, list[tuple[str, str]], bytes] | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            await asyncio.sleep(self.pause)
            yield chunk

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Keep the answer."""
        self.answer = (status, headers, body)


class Application:
    """WSGI: answers with the lanes that it ran in; what the quick lane does is told."""

    def __init__(
        self, *, hands_over: bool = False, has_copy: bool = False, slow: Callable[[], Any] = int
    ) -> None:
        self.hands_over, self.has_copy, self.slow = hands_over, has_copy, slow
        self.environs: list[dict[str, Any]] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer."""
        run = lanes.here()
        assert run
        self.environs.append(environ)
        run.is_handed_over = self.hands_over and run.lane is lanes.Lane.QUICK
        run.has_copy = self.has_copy
        if run.lane is lanes.Lane.SLOW:
            self.slow()
        start_response("200 OK", [("content-type", "text/plain")])
        return [run.lane.value.encode(), b" ", environ["wsgi.input"].read()]


def ask(application: Application, scope: Scope, protocol: Protocol | None = None) -> tuple[int, str]:
    """Status and text of the answer."""
    protocol = protocol or Protocol()
    asyncio.run(Front(application).__rsgi__(scope, protocol))
    assert protocol.answer
    return protocol.answer[0], protocol.answer[2].decode().strip()


def post(**headers: str) -> Scope:
    """A form that is sent."""
    return Scope("POST", headers={"content-length": "5"} | headers)


def test_what_only_reads_begins_in_the_quick_lane() -> None:
    assert ask(Application(), Scope()) == (200, "quick")
    assert ask(Application(hands_over=True), Scope()) == (200, "slow")


def test_what_sends_goes_to_the_slow_lane_with_its_whole_body() -> None:
    assert ask(Application(), post(), Protocol(b"a=", b"bcd")) == (200, "slow a=bcd")


def test_an_answer_does_not_name_the_software_of_the_server() -> None:
    protocol = Protocol()
    ask(Application(), Scope(), protocol)
    assert protocol.answer
    assert [value for name, value in protocol.answer[1] if name == "server"] == ["NEXUS"]


def test_a_body_must_come_in_time_and_be_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "BODY_SECONDS", 0.1)
    monkeypatch.setattr(front, "LARGEST_BODY", 10)
    application = Application()
    assert ask(application, post(), Protocol(*[b"x"] * 5, pause=0.04))[0] == 408
    assert ask(application, post(**{"content-length": "11"}))[0] == 413
    assert (
        ask(
            application, Scope("POST", headers={"transfer-encoding": "chunked"}), Protocol(b"x" * 6, b"x" * 5)
        )[0]
        == 413
    )
    assert not application.environs
    assert ask(application, post(), Protocol(b"x" * 10)) == (200, "slow xxxxxxxxxx")


def test_a_length_that_is_no_number_is_refused() -> None:
    assert ask(Application(), post(**{"content-length": "five"}))[0] == 400


def test_bodies_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "MOST_BODIES", 4)
    assert ask(Application(), post(), Protocol(b"x" * 5))[0] == 503
    assert ask(Application(), post(), Protocol(b"x" * 4))[0] == 200


def test_bodies_that_are_still_coming_count_among_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "MOST_BODIES", 8)
    taking = Front(Application())
    slow, hurried, later = Protocol(b"x" * 3, b"y" * 3, pause=0.3), Protocol(b"z" * 6), Protocol(b"z" * 8)

    async def send() -> None:
        coming = asyncio.ensure_future(taking.__rsgi__(post(), slow))
        await asyncio.sleep(0.4)  # half of it is here
        await taking.__rsgi__(post(), hurried)
        await coming
        await taking.__rsgi__(post(), later)

    asyncio.run(send())
    assert [one.answer[0] for one in (slow, hurried, later) if one.answer] == [200, 503, 200]


def test_a_copy_is_sent_when_the_slow_lane_does_not_answer_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "PATIENCE_WITH_COPY", 0.1)
    answered = threading.Event()
    stuck = Application(hands_over=True, has_copy=True, slow=lambda: answered.wait(5))
    began = time.monotonic()
    front_of_it, protocol = Front(stuck), Protocol()

    async def look() -> None:
        await front_of_it.__rsgi__(Scope(), protocol)
        answered.set()

    asyncio.run(look())
    assert protocol.answer
    assert (protocol.answer[0], protocol.answer[2]) == (200, b"refuse ")
    assert time.monotonic() - began < 4


def test_nobody_waits_long_for_a_slow_thread_and_the_quick_ones_stay_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(front, "PATIENCE", 0.2)
    free = threading.Event()
    full = Front(Application(slow=lambda: free.wait(10)))
    holders = [Protocol() for _number in range(front.SLOW_THREADS)]
    late, quick = Protocol(), Protocol()

    async def look() -> None:
        held = [asyncio.ensure_future(full.__rsgi__(Scope("POST"), holder)) for holder in holders]
        await asyncio.sleep(0.1)
        await full.__rsgi__(Scope("POST"), late)
        await full.__rsgi__(Scope(), quick)
        free.set()
        await asyncio.gather(*held)

    asyncio.run(look())
    assert late.answer
    assert late.answer[2] == b"refuse "
    assert quick.answer
    assert quick.answer[2] == b"quick "
    assert {holder.answer[2] for holder in holders if holder.answer} == {
        b"slow "
    }  # what runs is not cut short


def test_a_queue_that_is_full_refuses_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "MOST_WAITING", 0)
    assert ask(Application(), Scope("POST")) == (200, "refuse")


def test_headers_arrive_as_wsgi_names_them() -> None:
    application = Application()
    ask(
        application,
        Scope(headers={"x-a": "1", "x_b": "2", "content-type": "text/html", "host": "nexus.example"}),
    )
    environ = application.environs[0]
    assert environ["HTTP_X_A"] == "1"
    assert "HTTP_X_B" not in environ  # it could pass for a proxy's X-B
    assert (environ["CONTENT_TYPE"], environ["HTTP_HOST"]) == ("text/html", "nexus.example")
    assert (environ["REMOTE_ADDR"], environ["QUERY_STRING"], environ["PATH_INFO"]) == (
        "10.1.2.3",
        "q=1",
        "/ro/",
    )
    assert application.environs[0]["SERVER_PORT"] == "8000"


def test_letters_beyond_ascii_in_a_path_are_bytes_for_wsgi() -> None:
    application = Application()
    ask(application, Scope(path="/ro/ș/"))
    assert application.environs[0]["PATH_INFO"].encode("latin-1").decode() == "/ro/ș/"


def test_quick_threads_get_their_turn_soon() -> None:
    before = sys.getswitchinterval()
    try:
        Front(Application())
        assert sys.getswitchinterval() == pytest.approx(0.001)
    finally:
        sys.setswitchinterval(before)


def test_files_are_read_at_once_and_closed(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 10_000)
    file = path.open("rb")
    whole = front.WholeFile(file, 4096)
    assert list(whole) == [b"x" * 10_000]
    whole.close()
    assert file.closed
