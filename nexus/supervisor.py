"""`make demo`: one process that starts everything, watches it and stops it: servers, web, worker, beat.

With `--with-parent` it also stops when the process that started it is gone, so that killing `make` stops all.
"""

from __future__ import annotations

import os
import secrets
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import FrameType, MappingProxyType
from urllib.parse import quote

from nexus import web
from nexus.embedded.children import Child, stop_all, tie_to_parent
from nexus.embedded.errors import CannotStartError
from nexus.embedded.home import Home
from nexus.embedded.servers import Servers
from nexus.web import HOST

ROOT = Path(__file__).resolve().parent.parent
SIGN_INS = "demo-sign-ins.txt"
DEVICES = "demo-devices.txt"
SHOWN_PLACE = "cahul"  # where the demo's counsellor and manager work
READY_WITHIN = 90  # seconds from the start of the processes


def main() -> int:
    """Run the demo until a signal comes or a process fails; 1 with a sentence on stderr then."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, _interrupt)
    state = Path(os.environ.get("NEXUS_STATE") or ROOT / ".nexus")
    parent = os.getppid() if "--with-parent" in sys.argv[1:] else 0
    if parent:
        tie_to_parent(parent, signal.SIGTERM)
    try:
        demo = Demo(state, port=port_from_environment(), parent=parent)
        demo.run()
    except CannotStartError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.")
    return 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # a second signal must not cut the orderly end short
    raise KeyboardInterrupt


def port_from_environment() -> int:
    """PORT, 8000 by default. Raises CannotStartError if it is no port or somebody answers there already."""
    text = os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise CannotStartError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    if web.answers(int(text)):
        raise CannotStartError(
            f"Port {text} already answers: choose another one, as in `make demo PORT=8001`."
        )
    return int(text)


class Demo:
    """The whole product on this machine, in production's settings but for HTTPS."""

    def __init__(self, state: Path, port: int, parent: int = 0) -> None:
        self.servers = Servers(state, exclusive=True, two_roles=True)
        self.state = self.servers.home.state
        self.port = port
        self.parent = parent
        self.address = f"http://localhost:{port}"
        self.env: dict[str, str] = {}
        self.children: list[Child] = []

    def run(self) -> None:
        """Start, announce, watch; whatever ends this stops the children first and the servers last."""
        began = time.monotonic()
        with self.servers:
            try:
                self.env = self.environment()
                self.prepare()
                self.start_processes()
                self.wait_until_ready()
                self.announce(time.monotonic() - began)
                self.watch()
            finally:
                stop_all(self.children)

    def environment(self) -> dict[str, str]:
        """The variables of `.env.example` for this machine; what the caller has set wins."""
        ours = {
            "DJANGO_SETTINGS_MODULE": "nexus.settings",
            **secrets_of(self.servers.home),
            "DEBUG": "false",
            "HTTPS": "false",
            "BASE_URL": self.address,
            "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
            "STATIC_ROOT": str(self.state / "static"),
            "PYTHONUNBUFFERED": "1",
            # What would leave the house lands in files: mails one by one, SMS one a line.
            "EMAIL_URL": f"filemail:///{self.outgoing('mail')}",
            "SMS_GATEWAY_URL": f"file://{quote(str(self.outgoing('sms') / 'sms.jsonl'))}",
        }
        given = {name: value for name, value in os.environ.items() if value}
        return ours | given | self.servers.env

    def outgoing(self, name: str) -> Path:
        """A folder for what the demo sends, for its owner alone."""
        folder = self.state / "outgoing" / name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def prepare(self) -> None:
        """Bring the database, its content and the static files up to date."""
        self.manage("migrate", "--verbosity", "0", more=self.servers.owner_env)
        self.manage("prepare_database", more=self.servers.owner_env)
        self.manage("load_catalogue", "data")
        self.manage("load_reasons")
        self.manage("make_demo_users", "--out", str(self.state / SIGN_INS))
        self.manage("make_demo_roster", "--out", str(self.state / DEVICES))
        self.finish("nexus.static_files", ["-m", "nexus.static_files"])

    def manage(self, *words: str, more: Mapping[str, str] = MappingProxyType({})) -> None:
        """Run one command of `manage.py`, with more variables. Raises CannotStartError when it fails."""
        self.finish(f"manage.py {words[0]}", ["manage.py", *words], more=more)

    def finish(
        self, name: str, arguments: list[str], *, more: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """Run Python with these arguments to its end. Raises CannotStartError when it fails."""
        child = Child(name, [sys.executable, *arguments])
        child.start(env={**self.env, **more}, cwd=ROOT)
        assert child.process is not None  # noqa: S101 - for the type checker
        try:
            code = child.process.wait()
        finally:
            child.stop()
        if code:
            raise CannotStartError(f"`{name}` failed; its message stands above.")

    def start_processes(self) -> None:
        """Start web, worker and beat, each with a log of its own."""
        self.children = processes(self.port)
        for child in self.children:
            child.start(env=self.env, cwd=ROOT, output=self.servers.home.log(child.name))

    def wait_until_ready(self) -> None:
        """Poll /health/ready. Raises CannotStartError if a process ends or the time is over."""
        deadline = time.monotonic() + READY_WITHIN
        answer = "nothing"
        while time.monotonic() < deadline:
            self.check()
            ready, answer = ask(f"http://{HOST}:{self.port}/health/ready")
            if ready:
                return
            time.sleep(0.2)
        raise CannotStartError(
            f"Not ready within {READY_WITHIN} s: {answer}; logs are in {self.state / 'log'}."
        )

    def announce(self, seconds: float) -> None:
        """Print the address and who may sign in."""
        print(f"\nNEXUS is ready after {seconds:.0f} s: {self.address}/")
        print(f"Administration: {self.address}/admin/")
        sign_ins = self.state / SIGN_INS
        if sign_ins.is_file():
            print(sign_ins.read_text(encoding="utf-8").rstrip())
        print(f"Desk of counsellors and managers: {self.address}/ro/desk/")
        for name, address in devices(self.state / DEVICES, SHOWN_PLACE):
            print(f"{name}: {address}")
        print("Staff sign in with a second factor: `make code FOR=curator@demo.example` prints its code.")
        print(f"Mails and SMS: {self.state / 'outgoing'}")
        print(f"Logs: {self.state / 'log'}. Stop with Ctrl-C.", flush=True)

    def watch(self) -> None:
        """Wait until something ends by itself; raise CannotStartError then, since half a product misleads."""
        while True:
            self.check()
            time.sleep(0.5)

    def check(self) -> None:
        """Raise CannotStartError if a process or a server has ended, KeyboardInterrupt if the parent has."""
        if self.parent and os.getppid() != self.parent:  # where the kernel does not tell
            raise KeyboardInterrupt
        gone = [child.name for child in self.children if child.ended() is not None] + [self.servers.failed()]
        if any(gone):
            name = next(filter(None, gone)).lower()
            raise CannotStartError(f"{name} ended by itself; the reason is in {self.servers.home.log(name)}.")


def secrets_of(home: Home) -> dict[str, str]:
    """SECRET_KEY and the keys of the data. A demo of a release that had only the first used it for everything."""
    earlier = home.known_secret("secret-key")
    fresh = secrets.token_urlsafe(24)
    return {
        "DATA_KEYS": home.secret("data-keys", first=f"{fresh},{earlier}" if earlier else fresh),
        "HASH_KEY": home.secret("hash-key", first=earlier),
        "SECRET_KEY": home.secret("secret-key"),
    }


def devices(file: Path, place: str) -> list[tuple[str, str]]:
    """What stands at a shop-front, in words, and its secret address; none when the file is not there."""
    words = {"kiosk": "Tablet for tickets", "screen": "Call-up screen"}
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    parts = [line.split() for line in lines]
    return [(words[kind], address) for where, kind, address in parts if where == place]


def processes(port: int) -> list[Child]:
    """The processes of one installation, the same that docker-compose.yml runs."""
    python = sys.executable
    celery = [python, "-m", "celery", "--app", "nexus"]
    worker = [
        *celery,
        "worker",
        "--loglevel",
        "INFO",
        "--concurrency",
        "2",
        "--queues",
        "default,deliveries,bulk",
        "--without-gossip",
        "--without-mingle",
    ]
    # The schedule is kept in memory: a file would be one more thing that a crash can spoil.
    beat = [*celery, "beat", "--loglevel", "INFO", "--scheduler", "celery.beat:Scheduler", "--pidfile", ""]
    return [
        Child("web", web.command(port)),
        Child("worker", worker, patience=25),
        Child("beat", beat, patience=5),
    ]


def ask(url: str) -> tuple[bool, str]:
    """Whether the address answers 200, and what it says."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - our own loopback address
            return response.status == 200, response.read().decode()
    except urllib.error.HTTPError as error:
        return False, error.read(2000).decode(errors="replace")
    except OSError as error:
        return False, str(error)


if __name__ == "__main__":
    sys.exit(main())
