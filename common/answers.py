"""Answers that several pages give."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseRedirect
from django.shortcuts import resolve_url


class SeeOther(HttpResponseRedirect):
    """303: what was sent is done, look there; every browser follows it by GET (RFC 9110, 15.4.4)."""

    status_code = 303


def see_other(to: str, *arguments: Any) -> SeeOther:
    """Lead on to a route or a path."""
    return SeeOther(resolve_url(to, *arguments))
