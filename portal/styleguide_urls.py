"""The component gallery; only in DEBUG."""

from django.urls import path
from django.views.generic import TemplateView

urlpatterns = [path("", TemplateView.as_view(template_name="portal/styleguide.html"), name="styleguide")]
