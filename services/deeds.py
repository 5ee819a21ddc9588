"""What curators do to the catalogue that the log of deeds keeps."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Deed(TextChoices):
    """Deeds of curators."""

    PUBLISHED = "services.published", _("services shown to visitors")
    ARCHIVED = "services.archived", _("services archived")
    VERIFIED = "services.verified", _("services verified")
