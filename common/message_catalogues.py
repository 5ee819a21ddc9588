"""What a catalogue of texts (`django.po`) must satisfy before people read it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from gettext import c2py
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import PoFileError, read_po

PLACEHOLDER = re.compile(
    r"%%|%\(\w+\)[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]|%[sdrfi](?!\w)|\{\w*(?:![rsa])?(?::[^{}]*)?\}|</?\w+[^>]*>"
)
CEDILLA = re.compile("[ŞşŢţ]")
CREATED = re.compile(rb'^"POT-Creation-Date: .*\n', re.MULTILINE)
NUMBERS = range(201)  # enough to reach every plural form of our languages


def problems(path: Path, language: str) -> Iterator[str]:
    """Every reason why this file may not be shipped, each in one line."""
    try:
        with path.open("rb") as file:
            catalog = read_po(file, locale=language, abort_invalid=True)
    except (OSError, UnicodeDecodeError, PoFileError) as error:
        yield f"cannot be read: {error}"
        return
    if catalog.fuzzy:
        yield "its header is marked fuzzy, so that compilers skip the whole file"
    wanted = get_plural(language).num_plurals
    if catalog.num_plurals < wanted:
        yield f"Plural-Forms names {catalog.num_plurals} forms, {language} has {wanted}"
    for message in catalog:
        if message.id:
            yield from (f"{shown(message)}: {what}" for what in _message_problems(message, catalog))


def compare(kept: Path, regenerated: Path) -> Iterator[str]:
    """What `make messages` would change: texts that are new or gone, else that something differs."""
    if not kept.is_file():
        yield "is missing: run `make messages`"
        return
    ours, fresh = keys(kept), keys(regenerated)
    yield from (f"{text!r}: used, but not here" for text in sorted(fresh - ours))
    yield from (f"{text!r}: here, but not used" for text in sorted(ours - fresh))
    if ours == fresh and not same_but_for_date(kept.read_bytes(), regenerated.read_bytes()):
        yield "`make messages` would rewrite it: comments, order or flags differ"


def same_but_for_date(one: bytes, other: bytes) -> bool:
    """Whether two catalogues differ in nothing but the day on which their texts were collected."""
    return CREATED.sub(b"", one) == CREATED.sub(b"", other)


def keys(path: Path) -> set[str]:
    """The texts of a catalogue, each with its context."""
    with path.open("rb") as file:
        return {shown(message) for message in read_po(file) if message.id}


def shown(message: Message) -> str:
    """How a message is named in reports: its first text, and its context in brackets."""
    text = message.id if isinstance(message.id, str) else message.id[0]
    return f"{text} [{message.context}]" if message.context else text


def placeholders(text: str) -> Counter[str]:
    """The parts that code fills in, and the tags; `{{x}}` and `%%` stand for themselves."""
    found = PLACEHOLDER.findall(text.replace("{{", "").replace("}}", ""))
    return Counter(part for part in found if part != "%%")


def _message_problems(message: Message, catalog: Catalog) -> Iterator[str]:
    forms = [message.string] if isinstance(message.string, str) else list(message.string or [""])
    expected = catalog.num_plurals if message.pluralizable else 1
    if message.fuzzy:
        yield "marked fuzzy"
    if not all(form.strip() for form in forms) or len(forms) < expected:
        yield "not translated"
        return
    if len(forms) != expected:
        yield f"has {len(forms)} forms instead of {expected}"
        return
    for number, form in enumerate(forms):
        if CEDILLA.search(form):
            yield "has ş or ţ with a cedilla; Romanian has ș and ț with a comma below"
        if not _fits(placeholders(form), message, number, catalog):
            yield f"other placeholders or tags in {form!r}"
        source = message.id if isinstance(message.id, str) else message.id[0]
        if _edges(form) != _edges(source):
            yield f"begins or ends with other white space in {form!r}"


def _fits(found: Counter[str], message: Message, number: int, catalog: Catalog) -> bool:
    """Whether a form has the source's placeholders; one for a single number may leave some out."""
    if isinstance(message.id, str):
        return found == placeholders(message.id)
    wanted = placeholders(message.id[1])
    form_of = c2py(catalog.plural_expr)
    uses = sum(1 for count in NUMBERS if form_of(count) == number)
    return found == wanted or (uses <= 1 and found <= wanted)


def _edges(text: str) -> tuple[bool, bool]:
    return text[:1].isspace(), text[-1:].isspace()
