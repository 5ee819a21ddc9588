"""How forms of the portal look: label, hint, error and field as `templates/common/forms/` draws them."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest, QueryDict


class NexusFormRenderer(TemplatesSetting):
    """Draws every form with the portal's own partials (error summary first, one column)."""

    form_template_name = "common/forms/form.html"
    field_template_name = "common/forms/field.html"


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: an empty one that was sent is still one that was sent."""
    return request.POST if request.method == "POST" else None
