"""What granian runs (RSGI): it gathers whole requests, then lends them a thread of one of two lanes (`common.lanes`).

Heads are read by granian and bodies here, by an event loop that waits for thousands at once; answers are handed to
granian whole. So nobody holds a thread by sending or reading slowly. docs/adr/0019 says why, with figures.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from common.lanes import Lane, Run, running

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Answer = tuple[int, list[tuple[str, str]], bytes]

QUICK_THREADS = 4
SLOW_THREADS = 4  # each may keep a connection to PostgreSQL
MOST_WAITING = 150  # requests that wait for the slow lane of a process
SWITCH_SECONDS = (
    0.001  # a fifth of Python's own: a quick thread waits less for its turn beside busy slow ones
)
PATIENCE = 5.0  # seconds that a request may wait for a slow thread
PATIENCE_WITH_COPY = 1.0  # seconds until an older copy of the page is sent instead of the new one
BODY_SECONDS = 10.0  # for a whole body
LARGEST_BODY = 1_200_000  # bytes; a little above DATA_UPLOAD_MAX_MEMORY_SIZE, so that Django says it first
SERVER = ("server", "NEXUS")  # else granian writes its own name, and who looks for its faults finds us
MOST_BODIES = 64_000_000  # bytes of all bodies that a process holds at once, whole or still coming


class RefusedError(Exception):
    """A request that cannot be taken; carries the answer."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        headers = [
            ("content-type", "text/plain; charset=utf-8"),
            ("cache-control", "no-store"),
            ("connection", "close"),
        ]
        self.answer: Answer = (status, headers, f"{text}\n".encode())


class WholeFile:
    """A file as an answer, read at once and not in blocks of 4 KB; answers are handed over whole anyway."""

    def __init__(self, file: Any, _size: int = 0) -> None:
        self.file = file

    def __iter__(self) -> Iterator[bytes]:
        yield self.file.read()

    def close(self) -> None:
        """Close the file, and what Django hung on that."""
        self.file.close()


class Front:
    """Runs a WSGI application; one object a process."""

    def __init__(self, application: WsgiApplication) -> None:
        self.application = application
        sys.setswitchinterval(SWITCH_SECONDS)
        self.quick = ThreadPoolExecutor(QUICK_THREADS, "quick")
        self.slow = ThreadPoolExecutor(SLOW_THREADS, "slow")
        self.waiting = 0  # for a slow thread, or in it
        self.held = 0  # bytes of bodies

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        if scope.proto != "http":
            protocol.close(None)
            return
        body = io.BytesIO()
        try:
            if _has_body(scope):
                await self._take_body(scope, protocol, body)
            answer = await self._answer(scope, body.getvalue())
        except RefusedError as refusal:
            answer = refusal.answer
        finally:
            self.held -= body.tell()
        status, headers, content = answer
        protocol.response_bytes(status, [*headers, SERVER], content)

    async def _take_body(self, scope: Any, protocol: Any, body: io.BytesIO) -> None:
        """Gather the whole body. Raises RefusedError when it is too long or takes too long."""
        said = scope.headers.get("content-length") or "0"
        if not (said.isascii() and said.isdigit()):
            raise RefusedError(400, "The length of what is sent is no number.")
        if int(said[:20]) > LARGEST_BODY:
            raise RefusedError(413, "That is more than this server takes.")
        try:
            async with asyncio.timeout(BODY_SECONDS):
                async for chunk in protocol:
                    if body.tell() + len(chunk) > LARGEST_BODY:
                        raise RefusedError(413, "That is more than this server takes.")
                    if self.held + len(chunk) > MOST_BODIES:
                        raise RefusedError(503, "Too much is being sent at once. Please try again.")
                    self.held += body.write(chunk)
        except TimeoutError:
            raise RefusedError(408, "What was sent did not arrive in time.") from None

    async def _answer(self, scope: Any, body: bytes) -> Answer:
        """Let the application answer, in the lane where it may."""
        loop = asyncio.get_running_loop()

        def submit(pool: ThreadPoolExecutor, run: Run) -> Future[Answer]:
            return pool.submit(self._run, environ_of(scope, body), run)

        first = Run(Lane.QUICK)
        if scope.method in ("GET", "HEAD"):
            answer = await asyncio.wrap_future(submit(self.quick, first), loop=loop)
            if not first.is_handed_over:
                return answer
        if self.waiting < MOST_WAITING:
            self.waiting += 1
            work = submit(self.slow, Run(Lane.SLOW))
            work.add_done_callback(lambda _work: loop.call_soon_threadsafe(self._one_less))
            if (found := await _in_time(work, has_copy=first.has_copy)) is not None:
                return found
        return await asyncio.wrap_future(submit(self.quick, Run(Lane.REFUSE)), loop=loop)

    def _one_less(self) -> None:
        self.waiting -= 1

    def _run(self, environ: dict[str, Any], run: Run) -> Answer:
        """Call the application in this thread (PEP 3333); its whole answer."""
        head: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
            head[:] = [int(status[:3]), headers]

        with running(run):
            parts = self.application(environ, start_response)
            try:
                body = b"".join(parts)
            finally:
                if close := getattr(parts, "close", None):
                    close()
        return head[0], head[1], body


async def _in_time(work: Future[Answer], *, has_copy: bool) -> Answer | None:
    """The answer of a slow thread; None when none was free in time, or none answered while there is a copy to send."""
    answer = asyncio.wrap_future(work)
    done, _rest = await asyncio.wait([answer], timeout=PATIENCE_WITH_COPY if has_copy else PATIENCE)
    if done or not (work.cancel() or has_copy):
        return await answer
    return None


def _has_body(scope: Any) -> bool:
    return "content-length" in scope.headers or "transfer-encoding" in scope.headers


def environ_of(scope: Any, body: bytes) -> dict[str, Any]:
    """The variables of WSGI (PEP 3333). Names with an underscore are left out: they could pass for a proxy's headers."""
    host, _colon, port = scope.server.rpartition(":")
    environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.file_wrapper": WholeFile,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if name == "content-type":
            environ["CONTENT_TYPE"] = value
        elif name not in ("content-length", "transfer-encoding") and "_" not in name:
            key = f"HTTP_{name.upper().replace('-', '_')}"
            joint = "; " if name == "cookie" else ","
            environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
    return environ
