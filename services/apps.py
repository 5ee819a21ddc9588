"""Application configuration."""

from django.apps import AppConfig


class ServicesConfig(AppConfig):
    """The catalogue."""

    name = "services"
