"""Admin form fields for arrays: codes as check boxes, ordered lists as one sentence a line."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from unfold.widgets import UnfoldAdminTextareaWidget


class LinesField(forms.CharField):
    """An ordered list of sentences, one a line."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        """Lines for the text area."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Lines of the text area, without the empty ones."""
        lines = (super().to_python(value) or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare lists, not their spelling in the text area."""
        return bool(self.to_python(data) != (initial or []))


class CodesField(forms.TypedMultipleChoiceField):
    """A set of codes of a closed vocabulary."""

    widget = forms.CheckboxSelectMultiple


def array_form_field(db_field: ArrayField[Any, Any], **kwargs: Any) -> forms.Field:
    """The form field for an array column: boxes when its codes are known, lines otherwise."""
    options: dict[str, Any] = {
        "required": not db_field.blank,
        "label": db_field.verbose_name,
        "help_text": db_field.help_text,
    }
    choices = getattr(db_field.base_field, "choices", None)
    if choices:
        return CodesField(choices=choices, **options)
    return LinesField(**options)
