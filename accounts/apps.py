"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from common.database_roles import append_only


class AccountsConfig(AppConfig):
    """People who sign in."""

    name = "accounts"
    verbose_name = _("Accounts and roles")

    def ready(self) -> None:
        """Name where personal and sealed data lie and which table is only added to; listen for new second factors."""
        from allauth.mfa.signals import authenticator_added  # noqa: PLC0415  # models are there only now

        from accounts import factors, own_data, sealed  # noqa: PLC0415
        from common.sealed import register  # noqa: PLC0415

        own_data.register_models()
        append_only("accounts_auditentry")
        register(*sealed.COLUMNS)
        authenticator_added.connect(factors.note_new_factor, dispatch_uid="accounts.factors")
