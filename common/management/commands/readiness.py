"""What `/health/ready` tells nobody: which part does not work."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand

from common.readiness import states


class Command(BaseCommand):
    """`manage.py readiness` prints a JSON object, each part `ok` or `down`."""

    help = "Print whether cache, database, migrations and worker work, as JSON."

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask them."""
        self.stdout.write(json.dumps({name: "ok" if fine else "down" for name, fine in states().items()}))
