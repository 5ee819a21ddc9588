"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CounsellingConfig(AppConfig):
    """Bookings of talks with counsellors."""

    name = "counselling"
    verbose_name = _("Counselling")

    def ready(self) -> None:
        """Declare messages, name where personal data lies, show free times on the shop-fronts' pages."""
        from common.message_kinds import declare  # noqa: PLC0415  # models are ready only now
        from counselling import beside, messages, personal_data  # noqa: PLC0415
        from shopfronts import beside as shopfront_pages  # noqa: PLC0415

        declare(*messages.KINDS)
        personal_data.register_models()
        shopfront_pages.register(beside.next_free)
