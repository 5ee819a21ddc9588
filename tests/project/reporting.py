"""A process that fails in every way in which the product can, with markers everywhere; its reports go to SENTRY_DSN."""

from __future__ import annotations

import logging
import os
import sys

import django
import sentry_sdk


def main() -> None:
    """Fail in a view, in a task and in a log line; then send what there is."""
    django.setup()
    from celery import shared_task  # noqa: PLC0415  # the settings come first
    from django.test import Client  # noqa: PLC0415

    import nexus.celery  # noqa: F401, PLC0415

    mark = os.environ["MARKER"]
    client = Client(
        raise_request_exception=False, headers={"X-Odd": f"{mark}-header", "User-Agent": f"{mark}-browser"}
    )
    client.cookies["odd"] = f"{mark}-cookie"
    client.post(
        f"/fail/{mark}-of-a-path-that-is-a-long-token/?q={mark}-query",
        {"name": f"{mark}-body"},
        REMOTE_ADDR="203.0.113.9",
    )

    @shared_task(name="failing_task")
    def failing_task(argument: str) -> None:
        raise ValueError(f"{argument}-message")

    failing_task.apply(args=[f"{mark}-argument"])
    logging.getLogger("common.odd").error("somebody is %s", f"{mark}-logged", extra={"odd": f"{mark}-extra"})
    sentry_sdk.flush(10)


if __name__ == "__main__":
    sys.exit(main())
