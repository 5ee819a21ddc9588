"""`manage.py load_reasons [FILE] [--dry-run] [--overwrite]`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from counselling.loading import SHIPPED, load
from services.loading.telling import tell


class Command(BaseCommand):
    """Load the reasons for which people come: whole or nothing, as often as you like."""

    help = "Load the reasons for which people come; the topics of the catalogue must be there already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """File and switches."""
        parser.add_argument("file", type=Path, nargs="?", default=SHIPPED)
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, write nothing")
        parser.add_argument("--overwrite", action="store_true", help="replace reasons that were edited here")

    def handle(self, *args: Any, file: Path, dry_run: bool, overwrite: bool, **options: Any) -> None:
        """Load, and say what was done; exit 1 with every fault named when a reason is wrong."""
        outcome = load(file, dry_run=dry_run, overwrite=overwrite)
        tell(outcome, self.stdout, self.stderr, dry_run=dry_run)
