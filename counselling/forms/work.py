"""What a device sends when it has worked: ALTCHA's payload (version 1), read by a form, for anybody can post anything."""

from __future__ import annotations

import base64
import json
from typing import Any, Self

from django import forms

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
