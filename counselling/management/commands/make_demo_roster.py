"""`manage.py make_demo_roster --out FILE`."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from counselling.actions.demo import Opened, make_demo_roster


class Command(BaseCommand):
    """Fill the demo's shop-fronts with colleagues, bookings, a queue, tablets and screens."""

    help = "Fill the demo's shop-fronts with life; the addresses of tablets and screens go to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the addresses go."""
        parser.add_argument("--out", type=Path, required=True, help="file for the addresses, mode 0600")

    def handle(self, *args: Any, out: Path, **options: Any) -> None:
        """Make them, keeping the addresses of an earlier run."""
        try:
            made = make_demo_roster(tokens=read(out) if out.is_file() else {})
        except (ObjectDoesNotExist, KeyError) as error:
            before = "load_catalogue, load_reasons and make_demo_users"
            raise CommandError(f"Something is missing ({error}): run {before} first.") from error
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.writelines(f"{one.place} {one.kind} {address_of(one)}\n" for one in made.devices)
        self.stdout.write(f"{made.booked} booked anew, {made.waiting} wait; tablets and screens in {out}")


def address_of(device: Opened) -> str:
    """The whole address of a tablet or screen."""
    return f"{settings.BASE_URL}{reverse(f'room:{device.kind}', args=[device.token])}"


def read(path: Path) -> dict[tuple[str, str], str]:
    """Tokens by shop-front and kind as an earlier run wrote them: shop-front, kind, address that ends in the token."""
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return {
        (words[0], words[1]): words[2].rstrip("/").rsplit("/", 1)[-1] for words in lines if len(words) == 3
    }
