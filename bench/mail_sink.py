"""`python -m bench.mail_sink PORT`: a mail server that takes everything and keeps nothing."""

from __future__ import annotations

import logging
import signal
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink


def main(port: int) -> None:
    """Serve until a signal comes."""
    logging.disable(logging.INFO)
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    controller.stop()


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main(int(sys.argv[1]))
