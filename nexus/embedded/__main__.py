"""`python -m nexus.embedded run -- COMMAND`, or `serve` until interrupted; state in NEXUS_STATE or .nexus."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from nexus.embedded.children import Child
from nexus.embedded.errors import CannotStartError
from nexus.embedded.home import Home
from nexus.embedded.servers import Servers


def main() -> int:
    """Do what the command line says; the exit code is the command's, or 1 with a sentence on stderr."""
    parser = argparse.ArgumentParser(prog="python -m nexus.embedded", description=__doc__)
    parser.add_argument("--state", type=Path, default=Path(os.environ.get("NEXUS_STATE") or ".nexus"))
    parser.add_argument("--throwaway", action="store_true", help="do not wait for the disk (tests)")
    verbs = parser.add_subparsers(dest="verb", required=True)
    run = verbs.add_parser("run", help="run a command beside the servers")
    run.add_argument("command", nargs=argparse.REMAINDER)
    verbs.add_parser("serve", help="print the two addresses and wait for an interrupt")
    verbs.add_parser("reset", help="remove the state")
    options = parser.parse_args()
    try:
        if options.verb == "reset":
            return reset(options.state)
        signal.signal(signal.SIGTERM, _interrupt)
        signal.signal(signal.SIGHUP, _interrupt)
        with Servers(options.state, throwaway=options.throwaway) as servers:
            if options.verb == "serve":
                return serve(servers)
            return run_command(servers, options.command)
    except CannotStartError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def reset(state: Path) -> int:
    """Remove the state unless someone uses it."""
    if state.exists():
        home = Home(state)
        home.claim()
        home.wipe()
        home.release()
    return 0


def serve(servers: Servers) -> int:
    """Keep the servers up until a signal comes or one of them fails."""
    for name, value in servers.env.items():
        print(f"{name}={value}", flush=True)
    while not (failed := servers.failed()):
        time.sleep(0.5)
    raise CannotStartError(f"{failed} ended by itself; the reason is under {servers.home.log('')}.")


def run_command(servers: Servers, command: list[str]) -> int:
    """Run a command with the two addresses in its environment, as a shell would: it gets Ctrl-C by itself."""
    words = command[1:] if command[:1] == ["--"] else command
    if not words:
        raise CannotStartError("Name a command after `run --`.")
    child = Child(words[0], words, patience=30)
    try:
        child.start(env=os.environ | servers.env, own_session=False, read_input=True)
    except OSError as error:
        raise CannotStartError(f"{words[0]}: {error.strerror}.") from None
    assert child.process is not None  # noqa: S101 - for the type checker
    try:
        code = child.process.wait()
    except KeyboardInterrupt:
        child.stop_signal = signal.SIGTERM
        try:
            code = child.process.wait(1)  # a terminal's Ctrl-C has reached it too
        except subprocess.TimeoutExpired:
            child.stop()
            code = child.process.returncode
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
