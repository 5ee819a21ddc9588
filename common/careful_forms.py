"""Forms of records that several people edit: nobody's change is lost unseen, and what the database refuses is said."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SEEN = "seen"
# What a refused constraint means to whoever fills in the form, by the end of the constraint's name.
SENTENCES: tuple[tuple[str, Promise], ...] = (
    (
        r"_translated$",
        gettext_lazy("Visitors see this in three languages: fill it in in each of them first."),
    ),
    (r"_same_length$", gettext_lazy("Write the same number of lines in each language.")),
    (r"_known$", gettext_lazy("Choose one of the values that are offered.")),
    (r"_(?:form|pattern)$", gettext_lazy("This is not written in the form that is expected here.")),
    (r"_positive$", gettext_lazy("Write a number above zero.")),
    (r"_(?:first|in_order|ordered|later)$", gettext_lazy("The end comes before the beginning.")),
    (r"(?:_unique|_once|_one_\w+)$", gettext_lazy("There is one like this already.")),
)
OTHERWISE = gettext_lazy("This does not fit what else is written here.")


def sentence_for(name: str) -> Promise:
    """What a person reads when the database would refuse a row by the constraint of that name."""
    return next((text for pattern, text in SENTENCES if re.search(pattern, name)), OTHERWISE)


def _columns(part: Any) -> Iterable[str]:
    """The columns that a condition speaks of."""
    if isinstance(part, models.Q):
        for child in part.children:
            yield from _columns(child[0] if isinstance(child, tuple) else child)
            yield from _columns(child[1] if isinstance(child, tuple) else None)
    elif isinstance(part, models.F):
        yield str(part.name)  # type: ignore[attr-defined]  # the stubs do not know it
    elif isinstance(part, str):
        yield part.split("__", 1)[0]
    elif hasattr(part, "get_source_expressions"):
        for inner in part.get_source_expressions():
            yield from _columns(inner)


def columns_of(constraint: models.BaseConstraint) -> list[str]:
    """The columns of a constraint, each once, in its own order."""
    found: list[str] = list(getattr(constraint, "fields", ()))
    for part in [getattr(constraint, "condition", None), *(getattr(constraint, "expressions", None) or ())]:
        found += _columns(part[0] if isinstance(part, tuple) else part)
    return list(dict.fromkeys(found))


class SentencedForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """A form that says at a field, in the person's language, what the database would refuse by a constraint.

    Its labels begin with a capital, those of fields that are no plain columns too: Django does it for the others alone.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label = capfirst(field.label) if field.label else field.label

    def _post_clean(self) -> None:
        """Django tells constraints by their names, in one heap: its check is put aside, ours follows."""
        self.instance.validate_constraints = lambda exclude=None: None
        try:
            super()._post_clean()  # type: ignore[misc]  # of ModelForm
        finally:
            del self.instance.validate_constraints
        exclude = self._get_validation_exclusions()  # type: ignore[attr-defined]  # of ModelForm
        for model, constraints in self.instance.get_constraints():
            for constraint in constraints:
                try:
                    constraint.validate(model, self.instance, exclude=exclude)
                except ValidationError:
                    self._refuse(constraint)

    def _refuse(self, constraint: models.BaseConstraint) -> None:
        here = [name for name in columns_of(constraint) if name in self.fields]
        empty = [name for name in here if self.cleaned_data.get(name) in (None, "", [])]
        is_about_gaps = constraint.name.endswith("_translated")
        names: list[str | None] = [*(empty if is_about_gaps and empty else here[:1])]
        for name in names or [None]:
            self.add_error(name, ValidationError(str(sentence_for(constraint.name)), code="constraint"))


class CarefulForm(SentencedForm):
    """A form of one record that somebody else may have changed since the page was opened.

    The page carries a mark of each value as it was shown. When a value has another mark at the time of saving, the
    form is refused once and shows both values, field by field; saving again takes one's own. Beside the form's own
    fields it watches the rows of `beside`: (model, name of its foreign key), the inlines of the administration.
    """

    beside: ClassVar[tuple[tuple[type[models.Model], str], ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None and not self.instance._state.adding:
            self.fields[SEEN] = forms.CharField(
                required=False, widget=forms.HiddenInput, initial=json.dumps(_marks(self._values()))
            )

    def _values(self, *, locked: bool = False) -> dict[str, str]:
        """What the database holds now, as texts, by the form's fields and the rows beside it."""
        rows = type(self.instance)._base_manager.filter(pk=self.instance.pk)
        row = (rows.select_for_update(of=("self",)) if locked else rows).first()
        if row is None:
            return {}
        found: dict[str, str] = {}
        for field in [*row._meta.concrete_fields, *row._meta.many_to_many]:
            if field.name in self.fields:
                is_key = field.is_relation and not field.many_to_many
                value = getattr(row, field.name) if is_key else field.value_from_object(row)
                found[field.name] = _text(value, field)
        for model, key in self.beside:
            found[str(model._meta.verbose_name_plural)] = "; ".join(
                " ".join(_text(value) for value in one)
                for one in model._base_manager.filter(**{key: self.instance.pk}).order_by("pk").values_list()
            )
        return found

    def _post_clean(self) -> None:
        """Refuse once what would overwrite somebody else's change; here, for forms have a `clean` of their own."""
        name = self.add_prefix(SEEN)
        if SEEN in self.fields and self.data.get(name):
            now = self._values(locked=connection.in_atomic_block)
            changed = self._changed_by_others(now, _read(self.data[name]))
            if changed:
                # Saving again is a choice between what is shown.
                self.data = _with(self.data, name, json.dumps(_marks(now)))
                self.add_error(None, ValidationError(_both(changed), code="changed_by_others"))
        super()._post_clean()

    def _changed_by_others(self, now: dict[str, str], seen: dict[str, Any]) -> list[tuple[str, str, str]]:
        """Label, value of now, value of this form: of what changed since the page was opened, and differs."""
        marks, found = _marks(now), []
        for name, theirs in now.items():
            if name in seen and seen[name] == marks[name]:
                continue
            field = self.fields.get(name)
            mine = self._mine(name) if field is not None else "…"
            if mine != theirs:
                found.append((str(field.label) if field is not None else name, theirs, mine))
        return found

    def _mine(self, name: str) -> str:
        value = self.cleaned_data.get(name, self.data.get(self.add_prefix(name), ""))
        field = self.instance._meta.get_field(name)
        return _text(list(value) if isinstance(value, models.QuerySet) else value, field)


def _text(value: Any, field: Any = None) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple | set):
        texts = [str(one) for one in value]
        return ", ".join(sorted(texts) if field is not None and field.many_to_many else texts)
    choices = dict(getattr(field, "flatchoices", None) or ())
    return str(choices.get(value, value)).replace("\r\n", "\n")


def _marks(values: dict[str, str]) -> dict[str, str]:
    return {name: hashlib.blake2b(text.encode(), digest_size=6).hexdigest() for name, text in values.items()}


def _read(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _both(changed: list[tuple[str, str, str]]) -> str:
    rows = format_html_join(
        "", "<li><strong>{}</strong><br>{}: {}<br>{}: {}</li>",
        ((label, _("now"), theirs or "—", _("yours"), mine or "—") for label, theirs, mine in changed),
    )  # fmt: skip
    return format_html(
        "{}<ul>{}</ul>",
        _(
            "Somebody else has changed this since you opened it. Save again to keep yours, or open the page anew to keep theirs."
        ),
        rows,
    )


def _with(data: Any, name: str, value: str) -> Any:
    """What was posted, with another value of one field."""
    changed = data.copy()
    changed[name] = value
    return changed
