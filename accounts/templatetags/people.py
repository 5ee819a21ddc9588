"""Template filters about people's devices; built in, so that templates load nothing."""

from __future__ import annotations

from django import template

from accounts.devices import in_words

register = template.Library()


@register.filter
def device(user_agent: str) -> str:
    """What a browser calls itself, as people call it."""
    return in_words(user_agent or "")
