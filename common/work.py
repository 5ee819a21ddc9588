"""Work that a device does before it may go on: it slows a flood, and proves nobody.

ALTCHA (version 1): a riddle that this server makes and checks itself; no third party is asked. What a device sends is read
by a form, for anybody can post anything.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import Any, Self

from altcha.v1 import ChallengeOptions, create_challenge, verify_solution
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.crypto import salted_hmac

HARDEST = 60_000  # hashes: about a second on a phone
LIFE = dt.timedelta(minutes=20)
MOST = 2_000  # characters; a payload has some 300


class WorkForm(forms.Form):
    """The solution of a riddle; every part has the type and the length of what a browser sends."""

    algorithm = forms.ChoiceField(choices=[("SHA-256", "SHA-256")])
    challenge = forms.RegexField(r"^[0-9a-f]{64}\Z")
    number = forms.IntegerField(min_value=0)
    salt = forms.RegexField(r"^[A-Za-z0-9?&=._%-]+\Z", max_length=200)
    signature = forms.RegexField(r"^[0-9a-f]{64}\Z")

    @classmethod
    def read(cls, payload: str) -> Self:
        """A form of base64 of JSON; of anything else one that is not valid."""
        try:
            data: Any = json.loads(base64.b64decode(payload[:MOST], validate=True))
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict):
            return cls({})
        return cls({name: value for name, value in data.items() if isinstance(value, str | int)})


def challenge() -> str:
    """A riddle for a device, as JSON."""
    made = create_challenge(
        ChallengeOptions(
            algorithm="SHA-256", max_number=HARDEST, hmac_key=_secret(), expires=timezone.now() + LIFE
        )
    )
    return json.dumps(
        {
            "algorithm": made.algorithm,
            "challenge": made.challenge,
            "salt": made.salt,
            "signature": made.signature,
            "maxnumber": HARDEST,
        }
    )


def is_worked(payload: str) -> bool:
    """Whether a payload (base64 of JSON) solves a riddle of ours that has not run out and was not used before."""
    form = WorkForm.read(payload)
    if not form.is_valid():
        return False
    good, _why = verify_solution(payload, _secret(), check_expires=True)
    life = int(LIFE.total_seconds())
    return good and bool(cache.add(f"work:{form.cleaned_data['signature']}", 1, timeout=life))


def _secret() -> str:
    return salted_hmac("common.work", "altcha", secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()
