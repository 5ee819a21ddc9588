"""Which view an address leads to, for middleware that must know before anything runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils import translation

LONGEST = 200  # characters of a path that is remembered

View = Callable[..., Any]


def view_of(request: HttpRequest) -> View | None:
    """The view of the request's address; None when there is none."""
    path = request.path_info
    find = _remembered if len(path) <= LONGEST else _find
    return find(path, settings.ROOT_URLCONF)


def _find(path: str, routes: str) -> View | None:
    # Routes of pages stand under the language in force.
    with translation.override(translation.get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            return resolve(path, routes).func
        except Resolver404:
            return None


_remembered = lru_cache(maxsize=4096)(_find)
