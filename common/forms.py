"""How forms of the portal look: label, hint, error and field as `templates/common/forms/` draws them."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class NexusFormRenderer(TemplatesSetting):
    """Draws every form with the portal's own partials (error summary first, one column)."""

    form_template_name = "common/forms/form.html"
    field_template_name = "common/forms/field.html"
