"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShopfrontsConfig(AppConfig):
    """The four counters."""

    name = "shopfronts"
    verbose_name = _("NEXUS shop-fronts")

    def ready(self) -> None:
        """Add the counters to what `load_catalogue` loads and to what a role may be bound to."""
        from accounts import scopes  # noqa: PLC0415  # models are ready only now
        from accounts.models import ScopeKind  # noqa: PLC0415
        from services.loading import loader  # noqa: F401, PLC0415  # its own kinds come first
        from services.loading.registry import register  # noqa: PLC0415  # models are ready only now
        from shopfronts.loading import HOLIDAYS, SHOPFRONTS  # noqa: PLC0415
        from shopfronts.models import ShopFront  # noqa: PLC0415

        register(SHOPFRONTS)
        register(HOLIDAYS)
        scopes.register(ScopeKind.SHOPFRONT, lambda: list(ShopFront.objects.values_list("slug", "name")))
