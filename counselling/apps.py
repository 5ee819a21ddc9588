"""Application configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CounsellingConfig(AppConfig):
    """Bookings of talks with counsellors."""

    name = "counselling"
    verbose_name = _("Counselling")

    def ready(self) -> None:
        """Follow changes of roles; declare messages, personal and sealed data; show free times and ways to a talk on pages below."""
        from accounts import role_changes  # noqa: PLC0415  # models are ready only now
        from accounts.models.audit import register_deeds  # noqa: PLC0415
        from common.message_kinds import declare  # noqa: PLC0415
        from common.sealed import register  # noqa: PLC0415
        from counselling import actions, beside, messages, personal_data, sealed  # noqa: PLC0415
        from counselling.deeds import Deed  # noqa: PLC0415
        from services import talks  # noqa: PLC0415
        from shopfronts import beside as shopfront_pages  # noqa: PLC0415

        register_deeds(dict(Deed.choices))
        role_changes.register(actions.follow_roles)
        declare(*messages.KINDS)
        personal_data.register_models()
        register(*sealed.COLUMNS)
        shopfront_pages.register(beside.next_free)
        talks.register(beside.talk_about)
