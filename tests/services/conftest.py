"""The real catalogue, loaded once for the tests of a module that ask for it and taken back afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

DATA = Path(settings.BASE_DIR) / "data"


@pytest.fixture(scope="module")
def catalogue(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What `load_catalogue` makes of `data/`, inside one transaction; each test rolls back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_catalogue", str(DATA), verbosity=0)
        yield
        transaction.set_rollback(True)
