"""Application configuration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who sign in."""

    name = "accounts"

    def ready(self) -> None:
        """Name where personal data lies, and let the admin use the one way to sign in."""
        from accounts import own_data  # noqa: PLC0415  # models are there only now

        own_data.register_models()
