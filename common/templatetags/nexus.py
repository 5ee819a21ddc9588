"""Template tags of the portal; built in, so that templates load nothing."""

from __future__ import annotations

from django import template

register = template.Library()
