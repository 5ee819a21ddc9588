"""Routes; filled below."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "room"
urlpatterns: list[URLPattern] = []
