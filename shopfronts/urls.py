"""Pages of the shop-fronts."""

from django.urls import URLPattern

app_name = "shopfronts"

urlpatterns: list[URLPattern] = []
