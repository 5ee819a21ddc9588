"""The search against sets of questions with known answers, on the real catalogue."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from services import relevance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]
SETS = sorted((Path(__file__).parent / "relevance").glob("*.json"))


@pytest.mark.parametrize("path", SETS, ids=lambda path: path.stem)
def test_right_answers_stand_near_the_top(path: Path) -> None:
    """Nine in ten among the first five, and most of them first; nonsense finds nothing."""
    score = relevance.score(relevance.ask(question) for question in relevance.read(path))
    assert score.is_enough(success=0.90, reciprocal_rank=0.78), score


POSTS = relevance.read(Path(__file__).parent / "relevance" / "posts.json")


@pytest.mark.parametrize("post", POSTS, ids=lambda post: post.text)
def test_a_post_pasted_into_the_box_finds_its_service_among_the_first_three(post: relevance.Asked) -> None:
    """Stories, slang, two languages in one sentence, dictation, the other layout of the keyboard."""
    answer = relevance.ask(post)
    assert answer.rank is not None, answer.keys
    assert answer.rank <= 3, answer.keys


def test_the_sets_ask_enough_in_every_language() -> None:
    """At least eighty questions with an answer, and forty in each language."""
    asked = [question for path in SETS for question in relevance.read(path) if question.expected]
    assert len(asked) >= 80
    for language in ("ro", "ru", "en"):
        assert sum(question.language == language for question in asked) >= 40, language


def test_the_command_says_what_was_missed_and_fails(tmp_path: Path) -> None:
    """Exit code and figures for those who tune."""
    good = tmp_path / "good.json"
    good.write_text('{"queries": [{"q": "pasaport biometric", "lang": "ro", "expect": ["passport-md"]}]}')
    out = StringIO()
    call_command("measure_relevance", "--set", str(good), stdout=out)
    assert "success@5 1.000" in out.getvalue()
    bad = tmp_path / "bad.json"
    bad.write_text('{"queries": [{"q": "pasaport", "lang": "ro", "expect": ["no-such-service"]}]}')
    with pytest.raises(CommandError, match=r"bad\.json"):
        call_command("measure_relevance", "--set", str(bad), stdout=out)
    assert "MISS" in out.getvalue()


def test_scores_are_computed_as_defined() -> None:
    """First place counts 1, third a third, sixth no success but a sixth."""

    def answer(place: int) -> relevance.Answered:
        asked = relevance.Asked("x", "ro", frozenset({"wanted"}))
        keys = tuple("wanted" if number == place else f"other-{number}" for number in range(1, 11))
        return relevance.Answered(asked, keys, exact=True)

    score = relevance.score([answer(1), answer(3), answer(6), answer(11)])
    assert score.success == pytest.approx(0.5)
    assert score.reciprocal_rank == pytest.approx((1 + 1 / 3 + 1 / 6) / 4)
