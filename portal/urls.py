"""Pages that belong to no single app."""

from django.urls import path

from portal.views import machines, pages

app_name = "portal"

urlpatterns = [
    path("", pages.home, name="home"),
    path("about/", pages.about, name="about"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    # Browsers keep addresses: these are numbers, and tell nobody what was looked for.
    path("s/1/", pages.help_now, name="help_now"),
    path("s/2/", pages.leave, name="leave"),
    path("s/3/", pages.traces, name="traces"),
    path("help-now/", pages.help_now_by_name, name="help_now_by_name"),
    path("offline/", pages.offline, name="offline"),
    path("manifest.webmanifest", machines.manifest, name="manifest"),
]
