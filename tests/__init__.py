"""The suite. Whoever imports Django's `Client` in here gets the one that posts as a browser does."""

import django.test

from tests.client import Client

django.test.Client = Client  # type: ignore[misc]
