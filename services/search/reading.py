"""Reading a question: in which language and alphabet it is, what its words mean, how to mend them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise

from django.db import connection

from common.text import (
    WORD,
    distance,
    fold,
    is_cyrillic,
    other_layout,
    romanian_from_cyrillic,
    russian_from_latin,
)
from services.search.question import LANGUAGES, Alternative, Group, Question, Typed, cut, little_words_in
from services.search.stopwords import LIGHT, is_place_name
from services.search.types import MAX_QUERY_LENGTH

SYNONYM = 0.85  # weight of a synonym beside the word as typed
MENDED = 0.75
UNKNOWN = 1.2  # weight of a word that nothing is known about, beside that of the rarest known one
BEGUN = 5  # letters from which a word in the midst may be the beginning of another
SHORT = 3  # letters; what begins with no more of them is too much
LONG = 8  # letters from which two may be mistyped, and the first one too
USED_BY_SYNONYM = 3  # services that a synonym adds, roughly: so that a rare word with common ones is not rare
GUESSES = ["ro-cyrillic", "ru-latin"]  # a language written in the other alphabet
MOST_APART = 2  # places between the words of a set phrase
VARIANTS = 6  # spellings of one word in another alphabet
LOOKUP = """
WITH typed AS (
    SELECT * FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[]) AS t (i, reading, language, word)
), stems AS MATERIALIZED (
    SELECT t.*, lexeme FROM typed AS t
    CROSS JOIN LATERAL (SELECT (tsvector_to_array(nexus_vector(t.language, t.word)))[1] AS lexeme) AS l
    WHERE lexeme IS NOT NULL
), places AS MATERIALIZED (
    SELECT 'ro' AS language, unnest(tsvector_to_array(nexus_vector('ro', (
        SELECT string_agg(concat_ws(' ', name_ro, seat_ro), ' ') FROM services_locality)))) AS lexeme
    UNION ALL
    SELECT 'ru', unnest(tsvector_to_array(nexus_vector('ru', (
        SELECT string_agg(concat_ws(' ', name_ru, seat_ru), ' ') FROM services_locality))))
    UNION ALL
    SELECT 'en', unnest(tsvector_to_array(nexus_vector('en', (
        SELECT string_agg(concat_ws(' ', name_en, seat_en), ' ') FROM services_locality))))
    UNION ALL
    SELECT l.code, unnest(tsvector_to_array(nexus_vector(l.code, (
        SELECT string_agg(concat_ws(' ', CASE l.code WHEN 'ro' THEN name_ro WHEN 'ru' THEN name_ru ELSE name_en END,
            CASE WHEN jsonb_typeof(search_words -> l.code) = 'array' THEN search_words ->> l.code END), ' ')
        FROM services_country))))
    FROM (VALUES ('ro'), ('ru'), ('en')) AS l (code)
)
SELECT 'word', s.i, s.reading, s.language, s.word, s.lexeme,
       coalesce(t.in_head, 0), coalesce(t.in_vector, 0), coalesce(t.in_tail, 0),
       EXISTS (SELECT FROM places AS p WHERE p.language = s.language AND p.lexeme = s.lexeme), NULL, NULL
FROM stems AS s LEFT JOIN services_searchterm AS t USING (language, lexeme)
UNION ALL
SELECT 'synonym', 0, '', y.language, y.term, NULL, 0, 0, 0, false, y.lexemes, y.queries
FROM services_synonym AS y
JOIN (SELECT language, array_agg(lexeme) AS lexemes FROM stems GROUP BY language) AS q
  ON q.language = y.language AND y.lexemes && q.lexemes AND y.lexemes <@ q.lexemes
UNION ALL
SELECT 'size', 0, '', language, '', NULL, 0, in_vector, 0, false, NULL, NULL
FROM services_searchterm WHERE lexeme = ''
"""
MEND = """
SELECT t.i, t.language, t.word, near.word, near.shown, near.lexeme, near.is_prefix,
       coalesce(CASE WHEN near.is_prefix THEN term.in_vector ELSE term.in_head END, 0),
       (SELECT array_agg(query) FROM services_synonym AS y CROSS JOIN LATERAL unnest(y.queries) AS query
        WHERE y.language = t.language AND y.lexemes = ARRAY[near.lexeme])
FROM unnest(%s::int[], %s::text[], %s::text[]) AS t (i, language, word)
CROSS JOIN LATERAL (
    (SELECT w.word, w.shown, w.lexeme, true AS is_prefix FROM services_searchword AS w
     WHERE w.language = t.language AND w.word LIKE t.word || '%%' AND length(t.word) >= 3 LIMIT 40)
    UNION ALL
    (SELECT s.word, s.shown, s.lexeme, false FROM services_search_near(t.language, t.word) AS s)
) AS near
LEFT JOIN services_searchterm AS term ON term.language = t.language AND term.lexeme = near.lexeme
"""


@dataclass(slots=True)
class Word:
    """One word of the question under one reading."""

    word: str
    lexeme: str
    in_head: int
    in_vector: int
    in_tail: int
    is_place: bool

    @property
    def is_known(self) -> bool:
        """Whether the catalogue uses it."""
        return self.in_vector > 0 or self.in_tail > 0


@dataclass(slots=True)
class Synonyms:
    """An entry whose words the question has."""

    lexemes: frozenset[str]
    queries: list[tuple[str, ...]]


@dataclass(slots=True)
class Lookup:
    """What the database knows about the words."""

    words: dict[tuple[str, int], list[Word]] = field(default_factory=dict)  # (reading, position)
    synonyms: dict[str, list[Synonyms]] = field(default_factory=dict)  # language
    sizes: dict[str, int] = field(default_factory=dict)
    is_one_word: bool = False


def understand(text: str, language: str) -> Question:
    """Understand a text; one of which nothing makes sense may have been typed under the other keyboard layout."""
    question = analyse(text, language)
    if question.makes_sense() or not question.missing_words:
        return question
    meant = other_layout(text)
    switched = analyse(meant, language, mends=False)
    if switched.missing_words or not switched.makes_sense():
        return question
    switched.is_exact, switched.did_you_mean = False, meant
    return switched


def analyse(text: str, language: str, *, mends: bool = True) -> Question:
    """Understand a text typed on a page in a language; one statement, one more where words are unknown and mended."""
    typed = cut(text)
    question = Question(was_cut=typed.was_cut)
    if not typed.counting:
        return question
    lookup = _look_up(typed.words)
    lookup.is_one_word = len(typed.counting) == 1
    reading = _best_reading(lookup, typed, language)
    taken = _phrases(question, lookup, typed, reading)
    readings = list(dict.fromkeys([reading, language, *LANGUAGES]))
    if reading in GUESSES or language == "ru":
        readings = list(dict.fromkeys([*readings, *GUESSES]))  # else a slip of the finger is likelier
    left = []
    for i in typed.counting:
        word = typed.words[i]
        if i not in taken and not _add_known(question, lookup, i, word, readings) and not is_place_name(word):
            left.append((i, word))
    if left and mends:
        _mend(question, lookup, left, reading, text)
    elif left:
        question.missing_words = len(left)
    return question


def _look_up(everything: list[str]) -> Lookup:
    rows: list[tuple[int, str, str, str]] = []
    for i, word in enumerate(everything):
        if is_cyrillic(word):
            rows.append((i, "ru", "ru", word))
            rows += [(i, "ro-cyrillic", "ro", form) for form in romanian_from_cyrillic(word, limit=VARIANTS)]
        else:
            rows += [(i, code, code, word) for code in LANGUAGES]
            rows += [(i, "ru-latin", "ru", form) for form in russian_from_latin(word, limit=VARIANTS)]
    lookup = Lookup()
    with connection.cursor() as cursor:
        cursor.execute(LOOKUP, [list(column) for column in zip(*rows, strict=True)])
        for kind, i, reading, language, word, lexeme, *rest in cursor.fetchall():
            in_head, in_vector, in_tail, is_place, lexemes, queries = rest
            if kind == "word":
                found = Word(word, lexeme, in_head, in_vector, in_tail, is_place)
                lookup.words.setdefault((reading, i), []).append(found)
            elif kind == "synonym":
                entry = Synonyms(frozenset(lexemes), [_lexemes(query) for query in queries])
                lookup.synonyms.setdefault(language, []).append(entry)
            else:
                lookup.sizes[language] = in_vector
    return lookup


def _lexemes(query: str) -> tuple[str, ...]:
    return tuple(part.strip("'").replace("''", "'") for part in query.split(" & "))


def _language(reading: str) -> str:
    return reading[:2]


def _is_covered(lookup: Lookup, reading: str, i: int) -> bool:
    singles = {
        next(iter(s.lexemes)) for s in lookup.synonyms.get(_language(reading), ()) if len(s.lexemes) == 1
    }
    return any(
        word.is_known or word.is_place or word.lexeme in singles
        for word in lookup.words.get((reading, i), ())
    )


def _best_reading(lookup: Lookup, typed: Typed, language: str) -> str:
    """The language and alphabet in which most words make sense; the page's own where it is a tie."""
    readings = [language, *(code for code in LANGUAGES if code != language), *GUESSES]
    scores = {}
    for reading in readings:
        known = sum(_is_covered(lookup, reading, i) for i in typed.counting)
        little = 0.5 * little_words_in(typed.words, reading) if reading in LANGUAGES else 0.0
        bonus = 0.6 if reading == language else -0.5 if reading in GUESSES and language != "ru" else 0.0
        scores[reading] = (known + min(little, 2.0) + bonus) if known else 0.0
    best = max(readings, key=lambda reading: scores[reading])
    return best if scores[best] else language


def rarity(size: int, used_by: int) -> float:
    """How telling a word is: inverse document frequency, softened so that no word decides alone."""
    return math.sqrt(math.log(1 + (size + 1) / (used_by + 1)))


def _phrases(question: Question, lookup: Lookup, typed: Typed, reading: str) -> set[int]:
    """Groups for set phrases of several words that stand side by side; returns the positions they take."""
    language = _language(reading)
    first = {i: lookup.words[reading, i][0] for i in range(len(typed.words)) if (reading, i) in lookup.words}
    taken: set[int] = set()
    entries = [entry for entry in lookup.synonyms.get(language, ()) if len(entry.lexemes) > 1]
    for entry in sorted(entries, key=lambda entry: -len(entry.lexemes)):
        places = [i for i, word in first.items() if word.lexeme in entry.lexemes and i not in taken]
        found = {first[i].lexeme for i in places}
        if found != entry.lexemes or any(b - a > MOST_APART for a, b in pairwise(places)):
            continue
        used_by = min((first[i].in_vector for i in places if first[i].is_known), default=4)
        group = Group(language, [], rarity(lookup.sizes.get(language, 1), max(used_by, 4)) * 1.3)
        if all(typed.words[i] in LIGHT for i in places):
            group.weight *= 0.6
        if all(first[i].is_known for i in places):
            group.alternatives.append(Alternative(tuple(dict.fromkeys(first[i].lexeme for i in places)), 1.0))
        group.alternatives += [Alternative(query, SYNONYM) for query in entry.queries]
        if group.alternatives:
            group.is_topic = True
            question.groups.append(group)
            taken.update(places)
    return taken


def _add_known(question: Question, lookup: Lookup, i: int, word: str, readings: list[str]) -> bool:
    """A group for a word that makes sense under the best reading, else under the next one."""
    for candidate in readings:
        if _is_covered(lookup, candidate, i):
            break
    else:
        return False
    group = _group(lookup, candidate, i)
    if (
        lookup.is_one_word and not group.is_topic
    ):  # said in passing only: rather the beginning of a longer word
        group.alternatives += [
            Alternative(a.lexemes, 0.8, prefix=True) for a in group.alternatives if len(a.lexemes[0]) > SHORT
        ]
    if not group.alternatives:
        return group.is_soft
    if word in LIGHT or word.isdigit():
        group.weight *= 0.4
        group.is_topic = False
    question.groups.append(group)
    if "-" in candidate:
        question.is_exact = False
    return True


def _group(lookup: Lookup, reading: str, i: int) -> Group:
    """The word itself where the catalogue uses it, and its synonyms."""
    language = _language(reading)
    size = lookup.sizes.get(language, 1)
    found = lookup.words[reading, i]
    known = list({word.lexeme: word for word in found if word.is_known}.values())  # spellings may share one
    alternatives = [Alternative((word.lexeme,), 1.0) for word in known]
    lexemes = {word.lexeme for word in found}
    for entry in lookup.synonyms.get(language, ()):
        if len(entry.lexemes) == 1 and entry.lexemes <= lexemes:
            alternatives += [Alternative(query, SYNONYM) for query in entry.queries]
    used_by = max((word.in_vector for word in known), default=0)
    used_by += USED_BY_SYNONYM * (len(set(alternatives)) - len(known))
    group = Group(language, list(dict.fromkeys(alternatives)), rarity(size, used_by), used_by)
    group.is_soft = any(word.is_place for word in found)
    group.is_topic = len(alternatives) > len(known) or any(word.in_head for word in known)
    group.in_tail_only = len(alternatives) == len(known) and not any(word.in_vector for word in known)
    if group.is_soft:
        group.weight *= 0.6
    return group


def _candidates(word: str, reading: str, *, is_alone: bool) -> list[tuple[str, str]]:
    """In which languages, and how spelt, a word is mended; beside words that make sense, in theirs only."""
    if is_cyrillic(word):
        forms = [("ro", form) for form in romanian_from_cyrillic(word, limit=2)]
        everywhere = [("ru", word), *forms]
    else:
        forms = [("ru", form) for form in russian_from_latin(word, limit=2)]
        everywhere = [("ro", word), ("en", word), *forms]
    own = [option for option in everywhere if option[0] == _language(reading)]
    return own + [option for option in everywhere if option not in own] if is_alone else own


def _mend(question: Question, lookup: Lookup, left: list[tuple[int, str]], reading: str, text: str) -> None:
    """Complete or correct the words that nothing is known about; what cannot be mended is missing."""
    is_alone = not any(not group.is_soft for group in question.groups)
    forms = {i: _candidates(word, reading, is_alone=is_alone) for i, word in left}
    rows = [(i, code, form) for i in forms for code, form in forms[i]]
    with connection.cursor() as cursor:
        cursor.execute(MEND, [list(column) for column in zip(*rows, strict=True)] or [[], [], []])
        near = cursor.fetchall()
    mended: dict[str, str] = {}
    last = max(i for i, _word in left) if left else 0
    for i, word in left:
        best = None
        for code, form in forms[i]:
            is_open = i == last or len(form) >= BEGUN  # the last word may still be being typed
            options = [row[3:] for row in near if row[0] == i and row[1] == code and row[2] == form]
            if best := _nearest(form, code, [option for option in options if is_open or not option[3]]):
                break
        if best is None:
            if not _add_known(question, lookup, i, word, GUESSES) and any(sign.isalpha() for sign in word):
                question.missing += UNKNOWN * rarity(max(lookup.sizes.values(), default=1), 1)
                question.missing_words += 1
                question.is_exact = False
            continue
        group, shown, is_prefix = best
        group.is_guess = not is_prefix or len(word) < BEGUN
        group.weight = rarity(lookup.sizes.get(group.language, 1), 4)
        question.groups.append(group)
        if not is_prefix:
            mended[word] = shown
        if not is_prefix or len(word) < 4:
            question.is_exact = False
    if mended:
        question.did_you_mean = WORD.sub(
            lambda m: mended.get(fold(m.group()), m.group()), text[:MAX_QUERY_LENGTH]
        )


Option = tuple[
    str, str, str, bool, int, list[str] | None
]  # word, shown, lexeme, is begun only, used by, synonyms


def _alternatives(options: list[Option], weight: float) -> list[Alternative]:
    """The words of the catalogue among these, and what they are synonyms of."""
    found = [Alternative((lexeme,), weight) for _w, _s, lexeme, _p, used_by, _q in options if used_by]
    for option in options:
        found += [Alternative(_lexemes(query), weight * SYNONYM) for query in option[5] or ()]
    return list(dict.fromkeys(found))


def _nearest(form: str, language: str, options: list[Option]) -> tuple[Group, str, bool] | None:
    begun = _alternatives(sorted((o for o in options if o[3]), key=lambda o: -o[4])[:20], 0.9)
    if begun:
        return Group(language, begun, 1.0), form, True
    allowed = 0 if len(form) < 4 else 1 if len(form) < LONG else 2
    ranked = []
    for option in options:
        word, edits = option[0], distance(form, option[0], at_most=allowed)
        if not option[3] and edits <= allowed and (word[0] == form[0] or len(form) >= LONG):
            ranked.append((edits, word[0] != form[0], -option[4], word, option))
    for *_order, option in sorted(ranked):
        if alternatives := _alternatives([option], MENDED):
            return Group(language, alternatives, 1.0), option[1], False
    return None
