"""A question as the engine understands it: groups of alternatives, one for each word that counts."""

from __future__ import annotations

from dataclasses import dataclass, field

from common.text import words
from services.search.stopwords import ANY_STOPWORD, STOPWORDS
from services.search.types import MAX_QUERY_LENGTH

MAX_WORDS = 12  # that count
MOST_WORDS = 30  # in all
LANGUAGES = ("ro", "ru", "en")
LEAST_KNOWN = 0.5  # of the weight of a question
LEAST_WITH_TOPIC = 0.42
LEAST_WITH_TOPIC_BUT_VAGUE = 0.45  # where two words and more are unknown


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way in which a service may speak of what was asked: lexemes that must all be there."""

    lexemes: tuple[str, ...]
    weight: float  # 1 for the word as typed, less for a synonym or a mended word
    prefix: bool = False

    def tsquery(self, weights: str = "") -> str:
        """As PostgreSQL writes it, for example `'permis':A & 'conduc':A`; weights are letters A to D."""
        flags = ("*" if self.prefix else "") + weights
        suffix = f":{flags}" if flags else ""
        quoted = (lexeme.replace("\\", "").replace("'", "''") for lexeme in self.lexemes)
        return "(" + " & ".join(f"'{lexeme}'{suffix}" for lexeme in quoted) + ")"


@dataclass(slots=True)
class Group:
    """What stands for one word, or one set phrase, of the question."""

    language: str
    alternatives: list[Alternative]
    weight: float  # how telling the word is: rare words weigh more
    used_by: int = 0  # services that have it at all
    is_soft: bool = False  # a place: it moves results up and is never missed
    is_topic: bool = False  # a name, a category or a provider has it, or an everyday word for one
    is_guess: bool = False  # a word that was mended, or begun in few letters
    in_tail_only: bool = False  # said nowhere but among papers and steps

    def tsquery(self, alternatives: list[Alternative] | None = None, weights: str = "") -> str:
        """Any of the alternatives."""
        chosen = self.alternatives if alternatives is None else alternatives
        return " | ".join(dict.fromkeys(alternative.tsquery(weights) for alternative in chosen))


@dataclass(slots=True)
class Question:
    """What was asked, analysed."""

    groups: list[Group] = field(default_factory=list)
    missing: float = 0.0  # weight of the words that nothing is known about
    missing_words: int = 0
    is_exact: bool = True
    did_you_mean: str | None = None
    was_cut: bool = False

    @property
    def weight(self) -> float:
        """Of all words that count, known or not; places apart."""
        return self.missing + sum(group.weight for group in self.groups if not group.is_soft)

    def makes_sense(self) -> bool:
        """Whether enough of it is known to show services for it: half, or less where a topic is named."""
        if not self.groups:
            return False
        firm = [group for group in self.groups if not group.is_soft]
        if not firm:
            return not self.missing  # places alone
        guessed = 0.5 if self.missing_words else 1.0  # a guess beside words that make no sense is hardly one
        known = sum(group.weight * (guessed if group.is_guess else 1.0) for group in firm)
        least = LEAST_KNOWN
        if any(group.is_topic for group in self.groups):
            least = LEAST_WITH_TOPIC if self.missing_words < 2 else LEAST_WITH_TOPIC_BUT_VAGUE
        return known >= least * self.weight


@dataclass(frozen=True, slots=True)
class Typed:
    """The words of a text, and which of them say what is looked for."""

    words: list[str]
    counting: list[int]  # positions, each word once
    was_cut: bool


def cut(text: str) -> Typed:
    """The words of a text and the positions of those that count, at most twelve."""
    everything = words(text[:MAX_QUERY_LENGTH].replace("\x00", " "), limit=MOST_WORDS)
    plain = {word for word in everything if len(word) > 1 or word.isdigit()}
    little = ANY_STOPWORD if plain - ANY_STOPWORD else frozenset()
    first = {word: i for i, word in reversed(list(enumerate(everything)))}
    counting = sorted(i for word, i in first.items() if word in plain and word not in little)
    return Typed(everything, counting[:MAX_WORDS], len(text) > MAX_QUERY_LENGTH or len(counting) > MAX_WORDS)


def little_words_in(everything: list[str], language: str) -> int:
    """How many of the words are little words of this language alone: they tell which language it is."""
    others = frozenset[str]().union(*(STOPWORDS[other] for other in LANGUAGES if other != language))
    return sum(1 for word in everything if word in STOPWORDS[language] and word not in others)
