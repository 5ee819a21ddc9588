"""Application configuration."""

from django.apps import AppConfig


class ServicesConfig(AppConfig):
    """The catalogue."""

    name = "services"

    def ready(self) -> None:
        """Say which providers a role may be bound to, and where the catalogue holds something about people."""
        from django.utils.translation import gettext_lazy as _  # noqa: PLC0415

        from accounts import personal_data, scopes  # noqa: PLC0415  # models are ready only now
        from accounts.models import ScopeKind  # noqa: PLC0415
        from services.models import ListingReport, Provider  # noqa: PLC0415

        scopes.register(ScopeKind.PROVIDER, lambda: list(Provider.objects.values_list("key", "name")))
        personal_data.register(
            personal_data.PersonalData(
                ListingReport,
                _("Reports of mistakes that you settled"),
                lambda user: list(ListingReport.objects.filter(settled_by=user).values("kind", "settled_at")),
                kept_because=_("Which reports were dealt with stays known, without your name."),
            )
        )
