"""Work on accounts that takes long or must be repeated."""

from __future__ import annotations

import uuid

from celery import shared_task

from accounts import actions
from common.jobs import each_of


@shared_task
def make_export(pk: str) -> None:
    """Make one copy of a person's data; safe to run twice."""
    actions.make_export(pk=uuid.UUID(pk))


@shared_task
def tend_exports() -> None:
    """Wake workers for copies left behind, empty those whose time is over."""
    each_of(actions.restart_exports, actions.forget_old_exports)


@shared_task
def forget_sessions() -> None:
    """Delete sessions that are over, and what is left of them."""
    actions.forget_old_sessions()
