"""The zip of everything about one person: `data.json` for machines, `data.html` to read."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import translation

from accounts import personal_data
from accounts.models import User

FORMAT = 1


def build(user: User, at: dt.datetime) -> bytes:
    """The archive's bytes, texts in the person's language; `at` is the moment it speaks of (UTC)."""
    with translation.override(user.language):
        sections = list(_sections(user))
        page = render_to_string(
            "accounts/archive.html",
            {"person": user, "sections": sections, "at": at, "language": user.language},
        )
    data = {
        "format": FORMAT,
        "made_at": at,
        "person": str(user.pk),
        "parts": {section["name"]: section["rows"] for section in sections},
        "not_included": {
            part.model._meta.label: part.no_export for part in personal_data.parts() if part.rows is None
        },
    }
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("data.json", json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
            file.writestr("data.html", page)
        return buffer.getvalue()


def _sections(user: User) -> Any:
    for part in reversed(personal_data.parts()):
        if part.rows is None:
            continue
        rows = list(part.rows(user))
        yield {"name": part.model._meta.label, "title": str(part.title), "rows": rows}
