"""The public holidays of this year and the next two, by hand; beat does it every day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from shopfronts import actions


class Command(BaseCommand):
    """Add the public holidays that are not there yet; safe to run twice."""

    help = "Add the public holidays by law of this year and the next two where no row of that day stands."

    def handle(self, *args: Any, **options: Any) -> None:
        """Add, and say how many."""
        self.stdout.write(f"{actions.renew_holidays(today=timezone.localdate())} public holidays added.")
