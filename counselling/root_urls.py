"""Addresses without a language: for calendars, which know none."""

from __future__ import annotations

from django.urls import path

from counselling.views.desk.feed import counsellor_feed

urlpatterns = [path("calendars/<str:token>.ics", counsellor_feed, name="counsellor_feed")]
