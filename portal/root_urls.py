"""Addresses without a language."""

from django.urls import path

from portal.views import machines, pages
from portal.views.metrics import metrics

urlpatterns = [
    path("", pages.language_redirect, name="language_redirect"),
    path("sw.js", machines.service_worker, name="service_worker"),
    path("metrics", metrics, name="metrics"),
    path("robots.txt", machines.robots, name="robots"),
    path(".well-known/security.txt", machines.security, name="security"),
    path("sitemap.xml", machines.site_map, name="sitemap"),
]
