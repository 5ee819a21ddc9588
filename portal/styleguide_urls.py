"""The component gallery; only in DEBUG."""

from typing import Any

from django.urls import path
from django.views.generic import TemplateView

from portal.styleguide import samples


class StyleGuide(TemplateView):
    """Every component in every state."""

    template_name = "portal/styleguide.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Samples that need no database."""
        return super().get_context_data(**kwargs) | samples()


urlpatterns = [path("", StyleGuide.as_view(), name="styleguide")]
