"""The settings as the type checker sees them: without modeltranslation, whose managers it cannot follow."""

from nexus.settings import *  # noqa: F403 - all of them
from nexus.settings import INSTALLED_APPS

# The admin would be imported at start, and its forms need the translated columns.
_REPLACED = {"django.contrib.admin": "django.contrib.admin.apps.SimpleAdminConfig"}
INSTALLED_APPS = [_REPLACED.get(app, app) for app in INSTALLED_APPS if app != "modeltranslation"]
