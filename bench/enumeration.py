"""What a stranger could learn with a stop-watch: sign-in, sign-up and reset with an address that has an account and
with one that has none, 200 tries of each in turn."""

from __future__ import annotations

import statistics
import time
import uuid
from collections.abc import Iterator

from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bench.harness import Part, Result

TRIES = 200
MOST = 1.15  # the slower of the two medians by the quicker
WAYS = {
    "password": ("account_login", {"password": "wrong"}),
    "code": ("account_login", {}),
    "signup": ("account_signup", {}),
    "reset": ("account_reset_password", {}),
    "resend": ("account_confirm_login_code", {"action": "resend"}),
}


def run() -> Iterator[Result]:
    """Each way by itself."""
    for name in WAYS:
        known, unknown = _medians(name)
        slow, quick = max(known, unknown), min(known, unknown)
        yield Result(f"enumeration.{name}", slow * 1000, quick * 1000, "ms", MOST, at_least=False)


def _medians(name: str) -> tuple[float, float]:
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for number in range(TRIES + 10):
        for is_known in (number % 2 == 0, number % 2 == 1):  # who comes first changes
            spent = _try(name, is_known=is_known)
            if number >= 10:  # the first ones warm the process
                seconds[is_known].append(spent)
    return statistics.median(seconds[True]), statistics.median(seconds[False])


def _try(name: str, *, is_known: bool) -> float:
    """One try by a new browser with an address that nobody has tried before."""
    email = f"{uuid.uuid4().hex[:12]}@bench.example"
    if is_known:
        user = User.objects.create_user(email, handle=f"b{uuid.uuid4().hex[:12]}")
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    route, form = WAYS[name]
    client = Client()
    if name == "resend":
        client.post(reverse("account_login"), {"login": email})
        fields = form
    else:
        fields = form | {"login" if route == "account_login" else "email": email}
    cache.clear()  # limits count tries; here there are thousands from one address
    began = time.perf_counter()
    client.post(reverse(route), fields)
    return time.perf_counter() - began


PARTS: dict[str, Part] = {"time": run}
