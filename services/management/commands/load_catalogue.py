"""`manage.py load_catalogue DIR [--dry-run] [--overwrite] [--review]`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from services.loading.loader import load
from services.loading.review import dated_facts
from services.loading.telling import tell


class Command(BaseCommand):
    """Load the catalogue from a folder: whole or nothing, as often as you like."""

    help = "Load the catalogue from a folder of JSON files: whole or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Folder and switches."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, write nothing")
        parser.add_argument(
            "--review", action="store_true", help="list what must be looked at every year, and end"
        )
        parser.add_argument("--overwrite", action="store_true", help="replace records that were edited here")

    def handle(
        self, *args: Any, folder: Path, dry_run: bool, overwrite: bool, review: bool, **options: Any
    ) -> None:
        """Load, and say what was done; exit 1 with every fault named when a record is wrong."""
        if review:
            self.list_dated_facts(folder)
            return
        outcome = load(folder, dry_run=dry_run, overwrite=overwrite)
        tell(outcome, self.stdout, self.stderr, dry_run=dry_run)

    def list_dated_facts(self, folder: Path) -> None:
        """One line a sentence that names a sum, a date, a telephone or an address."""
        services = json.loads((folder / "services.json").read_text(encoding="utf-8"))
        for key, field, kinds, text in dated_facts(services):
            self.stdout.write(f"{key}\t{field}\t{', '.join(kinds)}\t{text}")
