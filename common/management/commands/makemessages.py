"""Django's `makemessages` with this project's options, and without a diff when no text has changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.core.management.commands import makemessages

from common.message_catalogues import same_but_for_date

SOURCE_LANGUAGE = "en"  # texts in the code are English, so English needs no catalogue
NOT_OURS = ["tests", "bench", "staticfiles", ".*"]


class Command(makemessages.Command):
    """`manage.py makemessages` collects the texts of code and templates for every language."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Set what would otherwise have to be typed each time."""
        super().add_arguments(parser)
        parser.set_defaults(
            locale=[code for code, _ in settings.LANGUAGES if code != SOURCE_LANGUAGE],
            ignore_patterns=NOT_OURS,
            add_location="file",
            no_wrap=True,
            no_obsolete=True,
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Collect, then put back the files in which only the date is new."""
        files = [path for folder in settings.LOCALE_PATHS for path in Path(folder).rglob("*.po")]
        before = {path: path.read_bytes() for path in files}
        super().handle(*args, **options)
        for path, text in before.items():
            if path.read_bytes() != text and same_but_for_date(path.read_bytes(), text):
                path.write_bytes(text)
