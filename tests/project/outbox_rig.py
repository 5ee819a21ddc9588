"""Real workers, a real Valkey, and what stands outside, held at will: for tests that kill one of them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import redis
from aiosmtpd.controller import Controller

from nexus.embedded.binaries import find_valkey
from nexus.embedded.children import wait_until
from nexus.embedded.home import Account
from nexus.embedded.valkey import free_port
from tests.project.processes import address_of_test_database

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "of-this-test"


@dataclass
class MailServer:
    """Takes every mail; `hold` makes it wait before a mail (`connect`) or before its answer (`answer`)."""

    seen: list[str] = field(default_factory=list)  # Message-IDs, as they came
    hold: str = ""
    held: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    controller: Controller | None = None

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  # aiosmtpd's
        """Before the mail itself comes."""
        if self.hold == "connect":
            await self._wait()
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's
        """The mail is here; it counts, whoever learns of it."""
        self.seen.append(str(message_from_bytes(envelope.content)["Message-ID"]))
        if self.hold == "answer":
            await self._wait()
        return "250 OK"

    async def _wait(self) -> None:
        self.held.set()
        while not self.go_on.is_set():
            await asyncio.sleep(0.02)

    def release(self) -> None:
        """Hold nobody any more."""
        self.hold = ""
        self.go_on.set()

    @property
    def url(self) -> str:
        """For EMAIL_URL."""
        assert self.controller is not None
        return f"smtp://127.0.0.1:{self.controller.port}"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A mail server on a free port."""
    server = MailServer()
    server.controller = Controller(server, hostname="127.0.0.1", port=free_port())
    server.controller.start()
    try:
        yield server
    finally:
        server.release()
        server.controller.stop()


@dataclass
class Gateway:
    """An SMS gateway that counts, and waits before it answers when told to."""

    seen: list[str] = field(default_factory=list)
    hold: bool = False
    held: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    url: str = ""


@contextmanager
def sms_gateway() -> Iterator[Gateway]:
    """A gateway on a free port."""
    gateway = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            gateway.seen.append(body["id"])
            if gateway.hold:
                gateway.held.set()
                gateway.go_on.wait(20)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"id": f"sms-{body['id']}"}).encode())

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    gateway.url = f"http://127.0.0.1:{server.server_port}/send"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        gateway.go_on.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


class Broker:
    """A Valkey of this test alone, that forgets everything when it is stopped."""

    def __init__(self, folder: Path) -> None:
        self.port, self.folder = free_port(), folder
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For REDIS_URL."""
        return f"redis://:{PASSWORD}@127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, empty."""
        program = find_valkey(Account.current()).path
        words = [
            program,
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--requirepass",
            PASSWORD,
            "--save",
            "",
        ]
        self.process = subprocess.Popen(words, cwd=self.folder, stdout=subprocess.DEVNULL)
        assert wait_until(self._answers, 10)

    def stop(self) -> None:
        """kill -9."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None

    def _answers(self) -> bool:
        client = redis.Redis(port=self.port, password=PASSWORD)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()


@dataclass
class Rig:
    """All of it, and the workers that were started."""

    broker: Broker
    mail: MailServer
    sms: Gateway
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        """What a worker of production would have, with the test's own database."""
        return os.environ | {
            "DATABASE_URL": address_of_test_database(),
            "REDIS_URL": self.broker.url,
            "EMAIL_URL": self.mail.url,
            "SMS_GATEWAY_URL": self.sms.url,
            "LOG_LEVEL": "WARNING",
        }

    def start_worker(self) -> subprocess.Popen[bytes]:
        """One worker with one process, ready to take tasks."""
        words = [
            *(sys.executable, "-m", "celery", "--app", "nexus", "worker", "--concurrency", "1"),
            *("--queues", "default,deliveries,bulk", "--without-gossip", "--without-mingle"),
            *("--hostname", f"w{len(self.workers)}@rig", "--loglevel", "WARNING"),
        ]
        with (self.broker.folder / f"worker-{len(self.workers)}.log").open("wb") as log:
            worker = subprocess.Popen(
                words, cwd=ROOT, env=self.environment(), start_new_session=True, stdout=log, stderr=log
            )
        self.workers.append(worker)
        return worker

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """kill -9 of a worker and of what it has started."""
        if worker.poll() is None:
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(10)

    def stop(self) -> None:
        """Leave nothing behind."""
        self.mail.release()
        self.sms.go_on.set()
        for worker in self.workers:
            self.kill(worker)
        self.broker.stop()


@contextmanager
def rig(folder: Path) -> Iterator[Rig]:
    """Broker, mail server and gateway, up; workers are started by the test."""
    with mail_server() as mail, sms_gateway() as gateway:
        whole = Rig(Broker(folder), mail, gateway)
        whole.broker.start()
        try:
            yield whole
        finally:
            whole.stop()
