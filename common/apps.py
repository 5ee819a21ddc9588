"""Application configuration."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Shared pieces that know no app."""

    name = "common"
