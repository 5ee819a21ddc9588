"""How forms of the portal look: label, hint, error and field as `templates/common/forms/` draws them."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import CsrfViewMiddleware


class NexusFormRenderer(TemplatesSetting):
    """Draws every form with the portal's own partials (error summary first, one column)."""

    form_template_name = "common/forms/form.html"
    field_template_name = "common/forms/field.html"


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
