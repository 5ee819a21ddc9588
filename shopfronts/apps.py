"""Application configuration."""

from django.apps import AppConfig


class ShopfrontsConfig(AppConfig):
    """The four counters."""

    name = "shopfronts"

    def ready(self) -> None:
        """Add the counters and the public holidays to what `load_catalogue` loads."""
        from services.loading import loader  # noqa: F401, PLC0415  # its own kinds come first
        from services.loading.registry import register  # noqa: PLC0415  # models are ready only now
        from shopfronts.loading import HOLIDAYS, SHOPFRONTS  # noqa: PLC0415

        register(SHOPFRONTS)
        register(HOLIDAYS)
