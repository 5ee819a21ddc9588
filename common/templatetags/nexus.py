"""Template tags of the portal; built in, so that templates load nothing."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any

from babel.numbers import format_currency, format_decimal
from django import template
from django.conf import settings
from django.forms import BoundField, Field
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import get_urlconf, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.dates import day_in_words, month_in_words, partial_date_in_words
from common.help_lines import EMERGENCY, lines
from common.telephones import IN_TEXT, dialled, shown, stored
from common.text import inside_a_list
from common.zones import city_of

register = template.Library()

CHOSEN = ' aria-current="true"'

# Characters that would end a <script> element or open a comment in it (HTML standard, 4.12.1.3).
SCRIPT_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.simple_tag
@lru_cache(maxsize=200)  # of names that stand in templates
def icon(name: str, extra: str = "") -> SafeString:
    """A drawing from the sprite `static/icons.svg`; says nothing to a screen reader."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        f" {extra}" if extra else "",
        static("icons.svg"),
        name,
    )


@register.simple_tag
def address(route: str, *arguments: str) -> str:
    """Django's `url`, remembered: a page has dozens of addresses, and they do not change."""
    return _address(route, arguments, get_language(), get_urlconf())


@lru_cache(maxsize=4096)
def _address(route: str, arguments: tuple[str, ...], _language: str | None, _routes: str | None) -> str:
    return reverse(route, args=arguments)


@register.simple_tag
def steady(name: str, section: str = "") -> SafeString:
    """Include a template that shows nothing but its language and `section`; each is rendered once a process.

    A page's frame is the larger part of what its template says, and always the same.
    """
    language = get_language() or settings.LANGUAGE_CODE
    return _rendered(name, language, section) if not settings.DEBUG else _render(name, language, section)


def _render(name: str, language: str, section: str) -> SafeString:
    return render_to_string(name, {"language": language, "section": section})


_rendered = lru_cache(maxsize=200)(_render)


@register.simple_tag
def help_lines(topic: str | list[str] = "") -> SafeString:
    """112 and the lines to call in danger as buttons: those of a topic, of several, or all. Needs no database."""
    topics = [topic] if isinstance(topic, str) else topic
    return render_to_string("components/help_lines.html", {"lines": lines(*topics), "emergency": EMERGENCY})


@register.simple_tag
def danger_numbers(topic: str | list[str] = "", *, brief: bool = False) -> SafeString:
    """The panel of a danger: 112, the lines of its topic or topics, all the others, and how to clear traces.

    `brief` opens the first line alone, above a form that must stay in sight.
    """
    topics = [topic] if isinstance(topic, str) else topic
    found = lines(*topics)
    shown_now = 1 if brief else len(found)
    context = {"lines": found[:shown_now], "more": found[shown_now:], "emergency": EMERGENCY}
    return render_to_string("components/danger_numbers.html", context)


@register.filter
def said_of(error: str, field: BoundField) -> str:
    """What is wrong with a field; of one that is empty, what to do, with its name: a summary stands far from it."""
    if str(error) != str(Field.default_error_messages["required"]):
        return str(error)
    is_choice = hasattr(field.field, "choices") or field.widget_type in ("date", "time")
    sentence = _("Choose: %(label)s.") if is_choice else _("Fill in: %(label)s.")
    return sentence % {"label": field.label}


@register.filter
def city(zone: str) -> str:
    """The city after which a time zone is called, in the language in force."""
    return city_of(zone)


@register.filter
def in_list(label: str, is_first: bool) -> str:
    """A label as it stands in a list with commas: small letters after the first one."""
    return str(label) if is_first else inside_a_list(str(label))


@register.filter
def listed(labels: list[str]) -> str:
    """Labels with commas: „În persoană, prin telefon”."""
    return ", ".join(in_list(label, at == 0) for at, label in enumerate(labels))


@register.filter
def with_telephones(text: str) -> SafeString:
    """A running text whose telephone numbers can be tapped, in the form of all others; everything else is escaped."""
    parts, end = [], 0
    for match in IN_TEXT.finditer(text or ""):
        parts.append(escape(text[end : match.start()]))
        number = stored(match[0])  # written in one way on a page, whoever wrote the text
        parts.append(f'<a class="number" href="tel:{dialled(number)}">{escape(shown(number))}</a>')
        end = match.end()
    return mark_safe("".join([*parts, escape((text or "")[end:])]))  # noqa: S308  # escaped above


@register.simple_tag
def facet_values(values: list[Any]) -> SafeString:
    """The values of a facet as list items; written here and not as a template, since a page has a hundred."""
    return mark_safe("".join(map(_facet_item, values)))  # noqa: S308  # escaped below


def _facet_item(value: Any) -> str:
    parts = ""
    if value.children and (value.selected or value.has_selected_child):
        parts = f"<ul>{''.join(map(_facet_item, value.children))}</ul>"
    url = escape(value.url)
    swap = "" if value.is_page else f' hx-get="{url}"'
    return (
        f'<li><a id="{escape(value.facet)}-{escape(value.code)}" href="{url}"{swap} rel="nofollow"'
        f"{CHOSEN if value.selected else ''}>{escape(value.label)}"
        f' <span class="n">{value.count:d}</span></a>{parts}</li>'
    )


@register.simple_tag
def json_ld_script(data: dict[str, Any]) -> SafeString:
    """A JSON-LD block; it is data, which browsers do not run, so it needs no nonce."""
    text = json.dumps(data, ensure_ascii=False).translate(SCRIPT_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308  # escaped above


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """An amount in its currency as the language in force writes it; no decimals when they are zero."""
    pattern = "#,##0 ¤" if amount == amount.to_integral_value() else "#,##0.00 ¤"
    return str(
        format_currency(amount, currency, pattern, locale=get_language() or "ro", currency_digits=False)
    )


@register.filter
def number(value: int) -> str:
    """A whole number with the thousands as the language in force writes them."""
    return str(format_decimal(value, locale=get_language() or "ro"))


@register.filter
def partial_date(value: str) -> str:
    """A date of a source in words, as exact as the source."""
    return partial_date_in_words(value)


@register.filter
def day(value: dt.date | dt.datetime) -> str:
    """A day in words with its year; of a time, the day in Moldova."""
    return day_in_words(timezone.localdate(value) if isinstance(value, dt.datetime) else value)


@register.filter
def month(value: dt.date) -> str:
    """A month and its year, as they stand after "since"."""
    return month_in_words(value)


@register.filter
def hours_apart(hours: float) -> str:
    """A distance between clocks without its sign, and without decimals when it is whole hours."""
    return f"{abs(hours):g}"


@register.filter
def split_words(text: str) -> list[str]:
    """The words of a text, to loop over in a template."""
    return text.split()
