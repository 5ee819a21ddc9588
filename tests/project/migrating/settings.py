"""The product's settings with this app alone, so that migrating takes a second."""

from nexus.settings import *  # noqa: F403 - all of them

INSTALLED_APPS = ["django.contrib.contenttypes", "common", "tests.project.migrating"]
ROOT_URLCONF = "common.urls"
