"""A proved contact, where unproved people hold as much of a day as they may: an address, the code that comes to it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import codes
from common import work
from common.answers import see_other
from common.client_address import client_address
from common.counting import DAY, is_over
from common.forms import posted
from counselling import actions, limits
from counselling.errors import BookingError
from counselling.forms.booking import contact_shown
from counselling.forms.proving import AddressForm, CodeForm
from counselling.identity import person_key
from counselling.journey import Path, read_slot
from counselling.views.booking import back_to_times, chosen_path, hold_what_was_chosen, other_times
from counselling.views.presenting import about
from counselling.views.sentences import problem_of
from counselling.visitors import (
    asked_of,
    choice_of,
    draft_of,
    forget_refusal,
    held_by,
    keep_asked,
    keep_draft,
    keep_refusal,
    known_visitor,
    member_of,
    note_proved,
    proved_keys,
    refusal_of,
    visitor_from,
)

CODE = "counselling.contact"  # what the code in the session is for


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book_proof(request: HttpRequest) -> HttpResponse:
    """Ask for an address, send a code there, take it back; then the chosen time is held."""
    path = chosen_path(choice_of(request))
    if path is None:
        return redirect("counselling:book_start")
    if request.method != "POST":
        return _page(request, path, form=_refused(request, path))
    if member_of(request) is not None:
        return _go_on(request)
    return _check(request, path) if "code" in request.POST else _send(request, path)


def _send(request: HttpRequest, path: Path) -> HttpResponse:
    form = AddressForm(posted(request))
    if not form.is_valid():
        return _again(request, path, form)
    email, phone = form.cleaned_data["contact"]
    reason = str(path.reason.number)
    typed = draft_of(request, reason=reason) | {"contact": contact_shown(email, phone)}
    keep_draft(request, typed, reason=reason, hold=held_by(known_visitor(request)))
    if person_key(email=email, phone=phone) in proved_keys(request):
        return _go_on(request)
    if _needs_work(request) and not work.is_worked(request.POST.get("proof", "")):
        return _again(request, path, form)
    limits.count_press("code", visitor_from(request))
    are_many = is_over("proof-codes", client_address(request), most=limits.CODES_A_DAY, seconds=DAY)
    if are_many or not actions.can_send_proof_code(email=email, phone=phone):
        form.add_error("contact", _("We cannot send a code there now. Give another address, or call us."))
        return _again(request, path, form)
    forget_refusal(request)
    code = codes.issue(request.session, CODE, person_key(email=email, phone=phone))
    keep_asked(request, email, phone)
    actions.send_proof_code(email=email, phone=phone, language=get_language() or "ro", code=code)
    return see_other("counselling:book_proof")


def _again(request: HttpRequest, path: Path, form: AddressForm) -> HttpResponse:
    """The form with what is wrong; about danger behind a redirection, as with the form of who comes."""
    if not path.reason.is_sensitive:
        return _page(request, path, form=form, status=422)
    reason = str(path.reason.number)
    typed = draft_of(request, reason=reason) | {"contact": form.data.get("contact", "")}
    keep_draft(request, typed, reason=reason, hold=held_by(known_visitor(request)))
    keep_refusal(request, CODE, " ".join(map(str, form.errors.get("contact", []))))
    return see_other("counselling:book_proof")


def _refused(request: HttpRequest, path: Path) -> AddressForm | None:
    """The form that was refused and led here."""
    problem = refusal_of(request, CODE)
    if problem is None:
        return None
    typed = draft_of(request, reason=str(path.reason.number)).get("contact", "")
    form = AddressForm({"contact": typed})
    if form.is_valid() and problem:
        form.add_error("contact", problem)
    return form


def _needs_work(request: HttpRequest) -> bool:
    return limits.needs_work("code", limits.CODES, visitor_from(request))


def _check(request: HttpRequest, path: Path) -> HttpResponse:
    form = CodeForm(posted(request))
    if not form.is_valid():
        return _page(request, path, form=form, status=422)
    try:
        key = codes.redeem(request.session, CODE, form.cleaned_data["code"])
    except ValidationError as error:
        form.add_error("code", error)
        return _page(request, path, form=form, status=422)
    note_proved(request, key)
    return _go_on(request)


def _go_on(request: HttpRequest) -> HttpResponse:
    """To the name of who comes, with the chosen time held."""
    choice, held = choice_of(request), held_by(known_visitor(request))
    if held is None or (held.starts_at, held.shopfront.slug) != read_slot(choice["slot"]):
        try:
            hold_what_was_chosen(request, choice)
        except BookingError as error:
            return other_times(request, choice, problem_of(error))
    return see_other("counselling:book_contact")


def _page(
    request: HttpRequest, path: Path, *, form: AddressForm | CodeForm | None = None, status: int = 200
) -> HttpResponse:
    """The form of the code while one is under way, else that of the address; a wrong one as it was typed."""
    sent_to = contact_shown(*asked_of(request)) if codes.pending(request.session, CODE) else ""
    is_code = bool(sent_to) and "another" not in request.GET and not isinstance(form, AddressForm)
    typed = draft_of(request, reason=str(path.reason.number)).get("contact", "")
    address_form = form if isinstance(form, AddressForm) else AddressForm(initial={"contact": typed})
    context: dict[str, Any] = about(path.reason) | {
        "path": path,
        "member": member_of(request),
        "form": (form or CodeForm()) if is_code else address_form,
        "problem": form.errors["code"][0] if isinstance(form, CodeForm) and not is_code else "",
        "is_code": is_code,
        "sent_to": sent_to,
        "challenge": work.challenge() if _needs_work(request) else "",
        "back_url": back_to_times(choice_of(request)),
    }
    return render(request, "counselling/book_proof.html", context, status=status)
