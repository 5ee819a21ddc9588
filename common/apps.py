"""Application configuration."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Shared pieces that know no app."""

    name = "common"

    def ready(self) -> None:
        """Let `manage.py check --deploy` know of our own checks."""
        from common import checks  # noqa: F401, PLC0415  # registers itself
