"""What people type, and what they find: words, spelling, alphabets, languages, nonsense."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.models import Service, Synonym
from services.search import search
from services.search.types import MAX_QUERY_LENGTH, SearchRequest, SearchResult

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


def ask(text: str, language: str = "ro", **options: object) -> SearchResult:
    """Search as the page does."""
    return search(SearchRequest(language=language, text=text, **options))  # type: ignore[arg-type]


def keys(result: SearchResult) -> list[str]:
    """Of the services shown, in order."""
    return [service.key for service in result.items]


@pytest.mark.parametrize(
    "text", ["pașaport", "pasaport", "paşaport", "PAȘAPORT", "pașapoarte", "pas\u0327aport", "pas\u0326aport"]
)
def test_a_word_is_found_however_it_is_written(text: str) -> None:
    """With comma, cedilla or nothing below the letter, in capitals, composed or not, in the plural."""
    result = ask(text)
    assert result.exact
    assert {"passport-md", "passport-consulate"} <= set(keys(result)[:5])


def test_a_whole_question_is_read_by_the_words_that_count() -> None:
    """Little words do not take part, and not every word must be there."""
    result = ask("Bună ziua, spuneți-mi vă rog ce acte îmi trebuie ca să-mi fac pensia din Italia?")
    assert result.exact
    assert keys(result)[0] == "pension-italy"


def test_a_misspelt_word_is_mended_and_said_to_be() -> None:
    """Near matches are no exact ones, and the better spelling is offered."""
    result = ask("pensje italia")
    assert not result.exact
    assert "pension-italy" in keys(result)[:3]
    assert result.did_you_mean is not None
    assert "pensi" in result.did_you_mean


@pytest.mark.parametrize(
    ("text", "language", "key"),
    [
        ("пашапорт", "ro", "passport-md"),
        ("zagranpasport", "ru", "passport-md"),
        ("pensiya iz italii", "ru", "pension-italy"),
    ],
)
def test_another_alphabet_is_read(text: str, language: str, key: str) -> None:
    """Romanian in Cyrillic letters, Russian in Latin ones: as near matches."""
    result = ask(text, language)
    assert key in keys(result)[:5]


@pytest.mark.parametrize(
    ("text", "meant", "language", "key"),
    [
        ("Gfcgjhn", "паспорт", "ru", "passport-md"),
        ("ghtdthrf", None, "ru", None),
        ("ltyu hjj,ofyyf", None, "ru", None),
        ("j,hfpjdfybt", "образование", "ru", "diploma-recognition"),
        ("сфяшук огвшсшфк", "cazier judiciar", "ro", "criminal-record"),
        ("сфяшук огвшсшфк", "cazier judiciar", "ru", "criminal-record"),
    ],
)
def test_what_was_typed_under_the_other_layout_is_read(
    text: str, meant: str | None, language: str, key: str | None
) -> None:
    """As a near match, with what was meant offered; where that makes no sense either, nothing is found."""
    result = ask(text, language, per_page=50)
    assert not result.exact
    assert result.did_you_mean == meant
    assert (key in keys(result)) if key else not keys(result)


def test_two_spellings_of_one_word_are_one() -> None:
    """What may stand for two words of one stem, which the catalogue uses once, is answered."""
    assert "consular-emergency" in keys(ask("poteryala pasport v aeroportu veny", "ru"))


@pytest.mark.parametrize(
    ("text", "page", "language"),
    [("справка о несудимости", "ro", "ru"), ("criminal record", "ro", "en"), ("cazier judiciar", "en", "ro")],
)
def test_what_only_another_language_says_is_marked(text: str, page: str, language: str) -> None:
    """A reader of one language who types another finds the service, marked with that language."""
    result = ask(text, page)
    found = next(service for service in result.items if service.key == "criminal-record")
    assert result.other_language.get(found.pk) in (language, None)
    assert result.exact
    own = ask("cazier judiciar", "ro")
    assert not own.other_language


@pytest.mark.parametrize("text", ["CNAS", "cnas", "ANOFM", "anofm"])
def test_an_abbreviation_finds_what_the_provider_offers(text: str) -> None:
    """Abbreviations stand in providers' names."""
    result = ask(text)
    assert result.exact
    assert {service.provider.key for service in result.items[:5]} == {text.lower()}


@pytest.mark.parametrize("text", ["pas", "pașap", "pensi"])
def test_a_beginning_is_enough(text: str) -> None:
    """Short prefixes find the words that begin so."""
    assert keys(ask(text))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("asdfgh", "ro"),
        ("qwerty zxcv", "en"),
        ("ыварпо лдж", "ru"),
        ("xkcdq wvbn plmz", "ro"),
        ("1234567890", "ro"),
        ("!!!", "ro"),
        ("😀😀", "ru"),
    ],
)
def test_nonsense_finds_nothing(text: str, language: str) -> None:
    """No exact match and nothing shown as a result."""
    result = ask(text, language)
    assert (result.exact, result.total, result.items) == (False, 0, [])


HOSTILE = [
    "a" * 10_000,
    "pașaport " * 2_000,
    "pașaport\x00pensie",
    "\x00",
    "' OR 1=1 --",
    "'; DROP TABLE services_service; --",
    "!pașaport & (pensie | <-> :*",
    "pensie:*A & !!italia",
    "\\'\\\\",
    '"pensie din italia"',
    "%s %(x)s {0} %%",
    "<script>alert(1)</script>",
    "\u202epașaport\u0000\ufeff",
    "\ud800",
    "ﬀﬃ ① ² ½",
    "i\u0307" * 300,
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("language", ["ro", "ru", "en"])
def test_hostile_input_gets_a_clear_answer(text: str, language: str) -> None:
    """Never an exception, whatever the text."""
    result = ask(text, language)
    assert result.total >= len(result.items)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60), language=st.sampled_from(["ro", "ru", "en"]))
def test_any_text_gets_an_answer(text: str, language: str) -> None:
    """Unicode of any kind."""
    result = ask(text, language)
    assert result.total >= len(result.items)
    assert not (result.exact and result.total == 0)


def test_a_long_question_is_cut_and_said_to_be() -> None:
    """What is beyond the limit takes no part."""
    assert ask("pensie " + "x" * MAX_QUERY_LENGTH).was_cut
    assert not ask("pensie").was_cut


def test_few_statements_whatever_is_found() -> None:
    """At most five, the same for one result and for fifty."""
    counts = []
    for text, size in (("CNAS", 1), ("moldova", 50), ("", 1), ("", 50)):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            ask(text, per_page=size)
        counts.append(len(captured))
    assert max(counts) <= 5
    assert counts[0] == counts[1]
    assert counts[2] == counts[3]
    with CaptureQueriesContext(connection) as captured:
        ask("pensje din itali in cirilica")
    assert len(captured) <= 5
    with CaptureQueriesContext(connection) as captured:
        ask("gtycbz bnfkbz")
    assert len(captured) <= 5


def test_an_edit_is_found_at_once() -> None:
    """The index is written with the record."""
    service = Service.objects.get(key="pension-italy")
    service.name_ro = "Zmeură coaptă"
    service.save()
    assert keys(ask("zmeura"))[:1] == ["pension-italy"]


def test_only_published_services_are_found() -> None:
    """A suggestion, a draft and a deleted record are not there."""
    suggestion = Service.objects.filter(status="suggestion").first()
    assert suggestion is not None
    assert suggestion.key not in keys(ask(suggestion.name_ro, per_page=100))
    Service.objects.filter(key="criminal-record").update(status="draft")
    assert "criminal-record" not in keys(ask("cazier judiciar"))
    Service.objects.filter(key="apostille").delete()
    assert "apostille" not in keys(ask("apostilă"))


def test_a_new_name_of_the_provider_or_category_is_found() -> None:
    """Triggers follow what the service belongs to."""
    service = Service.objects.select_related("provider", "category__parent").get(key="pension-italy")
    service.provider.name_ro = "Casa Zmeurii"
    service.provider.save()
    assert "pension-italy" in keys(ask("zmeurii", per_page=100))
    service.category.name_ro = "Cătină și coacăze"
    service.category.save()
    assert "pension-italy" in keys(ask("coacaze", per_page=100))


def test_a_curators_synonym_counts_at_once() -> None:
    """A word that the catalogue does not know leads where a curator says."""
    assert not keys(ask("zurbagiu"))
    Synonym.objects.create(language="ro", term="zurbagiu", expansions=["cazier judiciar"])
    result = ask("zurbagiu")
    assert keys(result)[0] == "criminal-record"
    assert result.exact
