"""The product's settings with django-appointment beside it; for a process of the bench alone."""

from nexus.settings import *  # noqa: F403
from nexus.settings import INSTALLED_APPS as PRODUCT

INSTALLED_APPS = [*PRODUCT, "phonenumber_field", "appointment"]
USE_DJANGO_Q_FOR_EMAILS = False  # it sends nothing here
