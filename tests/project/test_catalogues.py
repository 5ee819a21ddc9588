"""The catalogues of texts: the real ones are complete, and each defect that the gate names is really seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings

from common.management.commands.check_catalogues import languages
from common.message_catalogues import compare, problems, same_but_for_date

HEADER = """msgid ""
msgstr ""
"POT-Creation-Date: {date}\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: ro\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : (n==0 || (n%100 > 0 && n%100 < 20)) ? 1 : 2);\\n"
"""
PLURAL = 'msgid "%(count)s result"\nmsgid_plural "%(count)s results"\n'
FORMS = 'msgstr[0] "{}"\nmsgstr[1] "{}"\nmsgstr[2] "{}"'

# Words that mean two things, each under the contexts that tell them apart; None is the meaning that needs none.
TWO_MEANINGS: dict[str, set[str | None]] = {
    "Desk": {None, "call-up screen"},
    "Save": {None, "to a list of one’s own"},
    "What to do": {None, "a choice of the administration"},
    "address": {"of a place", "where messages go"},
    "category": {"of messages", "of the catalogue"},
    "confirmed": {"of a service", "of an appointment"},
    "number": {"in an address of the site", "of a telephone"},
    "open": {"of a report", "of an offer"},
    "reason": {"of a talk", "why something was done"},
    "sensitive": {"of a reason", "of a topic"},
}


def catalogue(folder: Path, *entries: str, date: str = "2026-01-01 00:00+0000") -> Path:
    """A Romanian catalogue with these entries."""
    path = folder / "django.po"
    path.write_text("\n".join([HEADER.replace("{date}", date), *entries, ""]), encoding="utf-8")
    return path


@pytest.mark.parametrize("language", languages())
def test_shipped_catalogue_has_no_problem(language: str) -> None:
    path = settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po"
    assert list(problems(path, language)) == []


@pytest.mark.parametrize("language", languages())
def test_a_word_of_two_meanings_has_a_context_for_each(language: str) -> None:
    with (settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        found = [(message.id, message.context) for message in read_po(file, locale=language)]
    contexts = {word: {context for text, context in found if text == word} for word in TWO_MEANINGS}
    assert contexts == TWO_MEANINGS


def test_good_entries_have_no_problem(tmp_path: Path) -> None:
    path = catalogue(
        tmp_path,
        'msgid "Hello, %(name)s"\nmsgstr "Bună, %(name)s"',
        'msgid "{0} of 100 %%"\nmsgstr "{0} din 100 %%"',
        'msgid "<a href=\\"/x/\\">Here</a>"\nmsgstr "<a href=\\"/x/\\">Aici</a>"',
        PLURAL + FORMS.format("un rezultat", "%(count)s rezultate", "%(count)s de rezultate"),
    )
    assert list(problems(path, "ro")) == []


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ('msgid "Search"\nmsgstr ""', "not translated"),
        ('msgid "Search"\nmsgstr "   "', "not translated"),
        ('#, fuzzy\nmsgid "Search"\nmsgstr "Căutare"', "fuzzy"),
        ('msgid "Share"\nmsgstr "Distribuiţi"', "cedilla"),
        ('msgid "Hello, %(name)s"\nmsgstr "Bună, %(nume)s"', "placeholders"),
        ('msgid "Hello, %(name)s"\nmsgstr "Bună"', "placeholders"),
        ('msgid "Found {n}"\nmsgstr "Găsite {m}"', "placeholders"),
        ('msgid "Read <b>this</b>"\nmsgstr "Citiți asta"', "placeholders or tags"),
        ('msgid "Search "\nmsgstr "Căutare"', "white space"),
        (PLURAL + FORMS.format("un rezultat", "rezultate", "%(count)s de rezultate"), "placeholders"),
        (PLURAL + FORMS.format("un rezultat", "%(count)s rezultate", ""), "not translated"),
        (PLURAL + 'msgstr[0] "un rezultat"\nmsgstr[1] "%(count)s rezultate"', "not translated"),
    ],
)
def test_defect_is_named(tmp_path: Path, entry: str, complaint: str) -> None:
    found = list(problems(catalogue(tmp_path, entry), "ro"))
    assert len(found) == 1
    assert complaint in found[0]


def test_too_few_plural_forms_are_named(tmp_path: Path) -> None:
    path = catalogue(tmp_path)
    path.write_text(
        path.read_text().replace("nplurals=3; plural=(n==1 ? 0 : (n==0", "nplurals=2; plural=(n!=1)#")
    )
    assert any("Plural-Forms" in problem or "cannot be read" in problem for problem in problems(path, "ro"))


def test_fuzzy_header_is_named(tmp_path: Path) -> None:
    path = catalogue(tmp_path, 'msgid "Search"\nmsgstr "Căutare"')
    path.write_text("#, fuzzy\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert [problem for problem in problems(path, "ro") if "header" in problem]


def test_broken_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    path.write_bytes(b'msgid "Search"\nmsgstr "C\xff')
    assert len(list(problems(path, "ro"))) == 1
    assert len(list(problems(tmp_path / "absent.po", "ro"))) == 1


def test_comparison_names_new_and_unused_texts(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    kept = catalogue(
        tmp_path / "a", 'msgid "Old"\nmsgstr "Vechi"', 'msgctxt "verb"\nmsgid "Book"\nmsgstr "Rezervați"'
    )
    fresh = catalogue(tmp_path / "b", 'msgid "New"\nmsgstr ""', 'msgid "Book"\nmsgstr ""')
    found = " ".join(compare(kept, fresh))
    assert "'New': used, but not here" in found
    assert "'Old': here, but not used" in found
    assert "'Book [verb]': here, but not used" in found


def test_comparison_sees_an_order_that_differs_but_not_the_date(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, two = 'msgid "One"\nmsgstr "Unu"', 'msgid "Two"\nmsgstr "Doi"'
    kept = catalogue(tmp_path / "a", one, two)
    assert list(compare(kept, catalogue(tmp_path / "b", one, two, date="2030-12-31 10:00+0000"))) == []
    assert len(list(compare(kept, catalogue(tmp_path / "b", two, one)))) == 1
    assert len(list(compare(tmp_path / "absent.po", kept))) == 1


def test_only_the_date_counts_as_the_same() -> None:
    assert same_but_for_date(b'"POT-Creation-Date: 1\\n"\nx', b'"POT-Creation-Date: 2\\n"\nx')
    assert not same_but_for_date(b'"POT-Creation-Date: 1\\n"\nx', b'"POT-Creation-Date: 1\\n"\ny')
