"""`manage.py load_synonyms`: bring the project's file of everyday words into the search."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from common import content_version
from services.search import index


class Command(BaseCommand):
    """Load the file; what curators wrote stays."""

    help = "Loads the synonyms of services/search/synonyms and counts anew how often each word is used."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, count, and let pages be made anew."""
        total = index.load_synonyms()
        index.refresh()
        content_version.bump()
        self.stdout.write(f"{total} synonyms")
