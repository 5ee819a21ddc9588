#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    if sys.argv[1:2] == ["new_keys"]:  # the settings do not load without what it prints
        from nexus import new_keys

        sys.exit(new_keys.main())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nexus.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(str(error))  # a sentence that names the variable, as the web server has it
