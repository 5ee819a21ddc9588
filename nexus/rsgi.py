"""The application that the web server runs."""

from nexus.front import Front
from nexus.wsgi import application as wsgi

application = Front(wsgi)
