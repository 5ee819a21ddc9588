"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServicesConfig(AppConfig):
    """The catalogue."""

    name = "services"
    verbose_name = _("Services")

    def ready(self) -> None:
        """Say which providers a role may be bound to, and where the catalogue holds something about people."""

        from accounts import personal_data, scopes  # noqa: PLC0415  # models are ready only now
        from accounts.models import ScopeKind  # noqa: PLC0415
        from accounts.models.audit import register_deeds  # noqa: PLC0415
        from services.deeds import Deed  # noqa: PLC0415
        from services.models import ListingReport, Provider, Service  # noqa: PLC0415

        register_deeds(dict(Deed.choices))
        scopes.register(ScopeKind.PROVIDER, lambda: list(Provider.objects.values_list("key", "name")))
        personal_data.register(
            personal_data.PersonalData(
                ListingReport,
                _("Reports of mistakes that you settled"),
                lambda user: list(ListingReport.objects.filter(settled_by=user).values("kind", "settled_at")),
                kept_because=_("We keep a record of which reports were settled, without your name."),
            ),
            personal_data.PersonalData(
                Service,
                _("Services that you verified"),
                lambda user: list(Service.objects.filter(verified_by=user).values("key", "verified_on")),
                kept_because=_("We keep a record that somebody checked the listing, without your name."),
            ),
        )
        personal_data.register_columns(ListingReport, personal=("text",))
