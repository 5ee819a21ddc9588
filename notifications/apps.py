"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """What people should know, and how it reaches them."""

    name = "notifications"
    verbose_name = _("Messages")

    def ready(self) -> None:
        """Speak for accounts, and name where personal and sealed data lie."""
        from accounts import telling as accounts_telling  # noqa: PLC0415  # models are ready only now
        from common.message_kinds import declare  # noqa: PLC0415
        from common.sealed import register  # noqa: PLC0415
        from notifications import personal_data, secrets, telling  # noqa: PLC0415

        declare(*telling.KINDS)
        accounts_telling.register(telling.tell)
        personal_data.register_models()
        register(secrets.column())
