"""Bookings a second over HTTP, beside what the same PostgreSQL bears by pgbench; as many clients, in turn.

A booking is two requests, as a browser sends them: a time is pressed, a name is given. Each client has a session and
a connection of its own. Limits of one address are lifted, and nothing else. A bare view shows how much of pgbench's
rate is left when its statements stand behind the same server and middleware.
"""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence

from django.db import connection
from django.urls import reverse
from django.utils.translation import override

from bench.bookings.bare import Bare
from bench.bookings.office import Office, make_shopfronts, open_office
from bench.bookings.places import in_a_copy, on_a_disk
from bench.database import ROOT
from bench.harness import CannotMeasureError, Result, interleave
from bench.server import Server, serving
from counselling import availability
from counselling.journey import write_slot

CLIENTS = 8  # as many as a server with two workers answers at once
SHOPFRONTS, EACH, HORIZON = 20, 3, 60
ROUNDS, SECONDS, WARM_UP = 5, 5, 3
LEAST = 0.15  # of the bare statements

Press = tuple[str, str]  # the address of a list of times, and the value of a button


def run() -> Iterator[Result]:
    """First on the server of tests and benches, then on one that writes each commit to the disk, as in use."""
    with in_a_copy("bookings") as address:
        yield from _results("bookings.speed", _rates(address))
    with on_a_disk() as address:
        yield from _results("bookings.speed_on_disk", _rates(address))


def _results(name: str, rates: dict[str, float]) -> Iterator[Result]:
    yield Result(name, rates["bookings"], rates["pgbench"], "/s", LEAST, at_least=True)
    yield Result(f"{name}_holds", rates["holds"], rates["pgbench"], "/s", 0, at_least=True)
    yield Result(f"{name}_bare_view", rates["bare"], rates["pgbench"], "/s", 0, at_least=True)


def _rates(address: str) -> dict[str, float]:
    """Medians of some rounds."""
    office = open_office(make_shopfronts(SHOPFRONTS), each=EACH, horizon_days=HORIZON)
    presses = _presses(office)
    connection.close()
    urls = "bench.programs.unlimited_urls"
    with serving(DATABASE_URL=address, ROOT_URLCONF=urls) as server, _crowd(server, presses) as crowd:
        bare = Bare(address, office, CLIENTS)
        crowd.rate("bookings", WARM_UP)  # workers load templates, tables fill a little
        return interleave(
            {
                "pgbench": lambda: bare.rate(SECONDS),
                "bare": lambda: crowd.rate("bare", SECONDS),
                "bookings": lambda: crowd.rate("bookings", SECONDS),
                "holds": lambda: crowd.rate("holds", SECONDS),
            },
            ROUNDS,
        )


def _presses(office: Office) -> list[Press]:
    """Every free place in an order of chance, so that neighbours do not want the same counsellors."""
    slugs = {shopfront.pk: shopfront.slug for shopfront in office.shopfronts}
    with override("ro"):
        paths = {
            pk: reverse("counselling:book_times", args=[slug, office.reason.number])
            for pk, slug in slugs.items()
        }
    presses = [
        (paths[slot.place], write_slot(slot.starts_at, slugs[slot.place]))
        for slot in availability.find(office.wish())
        for _counsellor in slot.counsellors
    ]
    random.Random(1).shuffle(presses)
    return presses


class Crowd:
    """Clients in processes of their own, so that they do not wait for each other."""

    def __init__(self, clients: Sequence[subprocess.Popen[str]]) -> None:
        self.clients = clients

    def rate(self, what: str, seconds: float) -> float:
        """How many a second they do together."""
        for client in self.clients:
            self.tell(client, f"{what} {seconds}")
        return sum(int(self.hear(client)) for client in self.clients) / seconds

    def tell(self, client: subprocess.Popen[str], line: str) -> None:
        """Send a line."""
        assert client.stdin is not None  # noqa: S101 - for the type checker
        client.stdin.write(f"{line}\n")
        client.stdin.flush()

    def hear(self, client: subprocess.Popen[str]) -> str:
        """Its next line. Raises CannotMeasureError when it has given up; the reason is on stderr."""
        assert client.stdout is not None  # noqa: S101
        if not (line := client.stdout.readline().strip()):
            raise CannotMeasureError("A client of the bench ended; its reason stands above.")
        return line


def _plan(server: Server, presses: list[Press], number: int) -> dict[str, object]:
    """What one client needs to know."""
    own = presses[number::CLIENTS]
    return {"port": server.port, "number": number, "clients": CLIENTS, "presses": own}


@contextlib.contextmanager
def _crowd(server: Server, presses: list[Press]) -> Iterator[Crowd]:
    command = [sys.executable, "-m", "bench.programs.booking_client"]
    clients = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _number in range(CLIENTS)
    ]
    crowd = Crowd(clients)
    try:
        for number, client in enumerate(clients):
            crowd.tell(client, json.dumps(_plan(server, presses, number)))
        for client in clients:
            crowd.hear(client)  # "ready"
        yield crowd
    finally:
        for client in clients:
            client.kill()
            client.wait()
