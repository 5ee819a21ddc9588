"""Application configuration."""

from django.apps import AppConfig


class ShopfrontsConfig(AppConfig):
    """The four counters."""

    name = "shopfronts"
