"""The address of an SMS: short, under its language."""

from __future__ import annotations

from django.urls import path

from counselling.views.short import short_link

urlpatterns = [path("<str:token>/", short_link, name="short_link")]
