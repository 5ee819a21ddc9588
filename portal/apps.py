"""Application configuration."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages that several apps share."""

    name = "portal"
