"""How forms of the portal look: label, hint, error and field as `templates/common/forms/` draws them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import CsrfViewMiddleware

from common.typed import one_line


class NexusFormRenderer(TemplatesSetting):
    """Draws every form with the portal's own partials (error summary first, one column)."""

    form_template_name = "common/forms/form.html"
    field_template_name = "common/forms/field.html"


class OneLine(forms.CharField):
    """Text of visible signs on one line."""

    def to_python(self, value: Any) -> str:
        """Without signs that cannot be seen or that turn a line around."""
        return one_line(super().to_python(value) or "")


class TextArea(forms.Textarea):
    """Several lines; a line's end is one character, as for the browser, which sends two for it (HTML, 4.10.11.4)."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """What was typed."""
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: an empty one that was sent is still one that was sent."""
    return request.POST if request.method == "POST" else None


class _Check(CsrfViewMiddleware):
    """Django's check, for a view that has something to do before it fails."""

    def refusal_of(self, request: HttpRequest) -> HttpResponse | None:
        """What the check answers; None for a form of ours."""
        answer: HttpResponse | None = self.process_view(request, _nothing, (), {})
        return answer


def _nothing(request: HttpRequest) -> HttpResponse:
    """A view without an exemption."""
    return HttpResponse()


def is_stale(request: HttpRequest) -> HttpResponse | None:
    """The refusal of a form without the token of this browser's session; None when it may act.

    For a view that is exempt and keeps what was typed: whoever signs in meanwhile has another token. It must not act on
    a form that is refused.
    """
    return _Check(_nothing).refusal_of(request)
