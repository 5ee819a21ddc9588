"""Texts of Django that our catalogues say themselves, because its own translation is missing, has cedillas or another tone.

Only the collector of texts (`make messages`) reads this module: a text in our catalogue wins over Django's.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

DJANGO = (
    _("Enter a whole number."),
    _("Enter a number."),
    _("Ensure this value is less than or equal to %(limit_value)s."),
    _("Ensure this value is greater than or equal to %(limit_value)s."),
    _("Enter a valid email address."),
    _("Constraint “%(name)s” is violated."),
)
