"""Pages that belong to no single app."""

from django.urls import URLPattern

app_name = "portal"

urlpatterns: list[URLPattern] = []
