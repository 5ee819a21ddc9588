"""Open data for machines."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
