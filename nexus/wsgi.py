"""The WSGI application that the web server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nexus.settings")

application = get_wsgi_application()

from common import keys_in_use  # noqa: E402  # models are ready only now

keys_in_use.check_at_start()
