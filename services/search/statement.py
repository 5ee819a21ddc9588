"""The one statement of a search: who matches, how well, the true counts of every facet, and the page.

Matching reads the indexes word by word and adds up what each word weighs: a service counts as found when it
reaches a share of the best. Ranking in detail looks at the first few hundred alone, so the cost of a page does
not grow with what lies behind it, while totals and facets count everything found.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from services.search.question import Alternative, Group, Question
from services.search.types import FACETS, SearchRequest

SHARE_OF_BEST = 0.42  # of the best service's weight that a service needs to count as found
IN_HEAD = 0.5  # of a word's weight for standing in name, category or provider, beside standing anywhere
FINE = 200  # services ranked in detail
MANY = 8000  # a word that more services use only ranks, where rarer words are there to find
TIERS = (("A", 1.0), ("AB", 0.6), ("ABC", 0.42), ("", 0.25))  # name; category, provider; summary; text
BOTH = 1.12  # in the name, and in the category or provider as well
IN_TAIL = 0.2  # papers and steps
NAME_BONUS = 0.25  # for a name that says little else than what was asked
NATIONWIDE = "nationwide"
DISTRICT = FACETS.index("district") + 1
SOME = 2000  # of the services that name a very common word, so many are looked at to come first
LARGE = tuple(FACETS.index(facet) + 1 for facet in ("category", "country", "district"))
TABLES = {code: f"services_searchdocument_{code}" for code in ("ro", "ru", "en")}
HEADS = {code: f"services_searchhead_{code}" for code in ("ro", "ru", "en")}
BODIES = {code: f"services_searchbody_{code}" for code in ("ro", "ru", "en")}


@dataclass(slots=True)
class Statement:
    """SQL and its parameters, put together part by part."""

    parts: list[str] = field(default_factory=list)
    params: list[Any] = field(default_factory=list)

    def add(self, sql: str, *params: Any) -> None:
        """Append a part."""
        self.parts.append(sql)
        self.params.extend(params)

    @property
    def sql(self) -> str:
        """The whole text."""
        return "\n".join(self.parts)


def build(question: Question | None, request: SearchRequest) -> Statement:
    """Rows (kind, code, number, is_own): kind 0 the total, 1 to 9 the facets, 10 the page in order."""
    statement = Statement()
    if question is None:
        _match_all(statement, request)
    else:
        _match(statement, question, request.language)
    _keep(statement, request)
    _order(statement, question, request)
    _count(statement)
    return statement


def _match_all(statement: Statement, request: SearchRequest) -> None:
    table = TABLES[request.language]
    statement.add(
        f"WITH counted AS MATERIALIZED (SELECT combination_id, count(*) AS n FROM {table} GROUP BY 1)"
    )


def finders(question: Question) -> list[Group]:
    """The groups that find services; the others, very common words and places, only rank what was found."""
    firm = [group for group in question.groups if not group.is_soft] or question.groups
    rare = [group for group in firm if group.used_by <= MANY]
    return rare or [min(firm, key=lambda group: group.used_by)]


def _match(statement: Statement, question: Question, language: str) -> None:
    finding = finders(question)
    every = [group for group in question.groups if group in finding or group.used_by <= MANY]
    if len(every) == 1 and every[0].used_by > MANY:
        _match_common(statement, every[0], language)
        return
    statement.add("WITH hit AS (")
    for i, group in enumerate(every):
        query = group.tsquery()
        columns = "SELECT number, combination_id, %s::real AS weight, %s AS is_own, %s AS is_firm FROM"
        flags = (group.language == language, group in finding)
        statement.add("UNION ALL" if i else "")
        found = f"{BODIES[group.language]} WHERE words"
        if group.in_tail_only:
            found = f"{TABLES[group.language]} WHERE tail"
        statement.add(f"{columns} {found} @@ %s::tsquery", group.weight * (1 - IN_HEAD), *flags, query)
        statement.add(
            f"UNION ALL {columns} {HEADS[group.language]} WHERE words @@ %s::tsquery",
            group.weight * IN_HEAD,
            *flags,
            query,
        )
    statement.add(
        """), scored AS MATERIALIZED (
            SELECT number, combination_id, sum(weight) AS weight, bool_or(is_own) AS is_own
            FROM hit GROUP BY number, combination_id HAVING bool_or(is_firm)
        ), matched AS MATERIALIZED (
            SELECT * FROM scored WHERE weight >= %s * (SELECT max(weight) FROM scored)
        ), counted AS MATERIALIZED (SELECT combination_id, count(*) AS n FROM matched GROUP BY 1)""",
        SHARE_OF_BEST,
    )


def _match_common(statement: Statement, group: Group, language: str) -> None:
    """One word that very many services use: all are found, and of those that name it some come first."""
    query = group.tsquery()
    statement.add(
        f"""WITH named AS MATERIALIZED (
            SELECT number FROM {HEADS[group.language]} WHERE words @@ %s::tsquery ORDER BY number LIMIT {SOME}
        ), matched AS MATERIALIZED (
            SELECT b.number, b.combination_id, %s AS is_own,
                   CASE WHEN named.number IS NULL THEN 0.5 ELSE 1.0 END AS weight
            FROM {BODIES[group.language]} AS b LEFT JOIN named USING (number) WHERE b.words @@ %s::tsquery
        ), counted AS MATERIALIZED (SELECT combination_id, count(*) AS n FROM matched GROUP BY 1)""",
        query,
        group.language == language,
        query,
    )


def _keep(statement: Statement, request: SearchRequest) -> None:
    """Facet by facet, which combinations of values the chosen filters leave out (one bit a facet)."""
    missed, params = [], []
    for number, facet in enumerate(FACETS, 1):
        if chosen := list(request.filters.get(facet, ())):
            if number == DISTRICT and any(code not in ("abroad", "online") for code in chosen):
                chosen.append(NATIONWIDE)
            missed.append(
                f"CASE WHEN c.sets[{number}] = ANY (ARRAY(SELECT id FROM services_facetset"
                f" WHERE facet = {number} AND codes && %s)) THEN 0 ELSE {1 << number} END"
            )
            params.append(chosen)
    statement.add(
        f""", kept AS MATERIALIZED (
            SELECT combination_id, n, c.sets, {" | ".join(missed) or "0"} AS missed
            FROM counted JOIN services_facetcombination AS c ON c.id = combination_id
        ), total AS MATERIALIZED (SELECT coalesce(sum(n), 0)::bigint AS n FROM kept WHERE missed = 0)""",
        *params,
    )


def _window(request: SearchRequest) -> tuple[str, list[int]]:
    """Of the page asked for, or of the last one when there are fewer."""
    size = request.per_page
    sql = "LIMIT %s OFFSET greatest(0, least(%s, (((SELECT n FROM total) - 1) / %s) * %s))"
    return sql, [size, (request.page - 1) * size, size, size]


def _order(statement: Statement, question: Question | None, request: SearchRequest) -> None:
    window, params = _window(request)
    table = TABLES[request.language]
    if question is not None and request.sort == "relevance":
        _rank(statement, question, request)
        return
    order = "d.title, d.number"
    if request.sort == "fresh":
        order = f"d.verified_on DESC NULLS LAST, {order}"
    source, own = f"{table} AS d", "true"
    if question is not None:
        source, own = f"matched AS m JOIN {table} AS d USING (number)", "m.is_own"
    # Written so that PostgreSQL looks each row up in a hash and may stop early, in the order of an index.
    kept = "(d.combination_id IN (SELECT combination_id FROM kept WHERE missed = 0)) IS TRUE"
    if question is None and not request.filters:
        kept = "true"
    statement.add(
        f""", page AS (
            SELECT service_id, is_own, row_number() OVER () AS place FROM (
                SELECT d.service_id, {own} AS is_own FROM {source} WHERE {kept} ORDER BY {order} {window}
            ) AS d)""",
        *params,
    )


def _rank(statement: Statement, question: Question, request: SearchRequest) -> None:
    window, window_params = _window(request)
    languages = list(dict.fromkeys(group.language for group in question.groups))
    joins = " ".join(
        f"JOIN LATERAL (SELECT d.service_id, d.vector || ''::tsvector AS v, d.tail FROM {TABLES[code]} AS d"
        f" WHERE d.number = f.number OFFSET 0) AS d_{code} ON true"
        for code in languages
    )
    score, score_params = _score(question)
    deep = request.page * request.per_page
    statement.add(
        """, first AS MATERIALIZED (
            SELECT m.number, m.weight, m.is_own FROM matched AS m
            JOIN kept AS k ON k.combination_id = m.combination_id AND k.missed = 0
            ORDER BY m.weight DESC, m.number LIMIT %s
        ), fine AS MATERIALIZED (
            SELECT number, weight, is_own FROM first ORDER BY weight DESC, number LIMIT %s
        ), ranked AS MATERIALIZED (""",
        max(deep, FINE),
        FINE,
    )
    statement.add(f"SELECT f.number, {score} AS fine_score FROM fine AS f {joins}", *score_params)
    statement.add(
        f"""), page AS (
            SELECT d.service_id, f.is_own,
                   row_number() OVER (ORDER BY r.fine_score DESC NULLS LAST, f.weight DESC, f.number) AS place
            FROM first AS f LEFT JOIN ranked AS r USING (number)
            JOIN {TABLES[request.language]} AS d USING (number)
            ORDER BY r.fine_score DESC NULLS LAST, f.weight DESC, f.number {window})""",
        *window_params,
    )


def _score(question: Question) -> tuple[str, list[Any]]:
    terms, params = [], []
    for group in question.groups:
        by_weight: dict[float, list[Alternative]] = {}
        for alternative in group.alternatives:
            by_weight.setdefault(alternative.weight, []).append(alternative)
        cases = []
        for weight, alternatives in by_weight.items():
            whens = []
            whens.append(f"WHEN d_{group.language}.v @@ %s::tsquery THEN {BOTH * weight:.3f}")
            params.append(f"({group.tsquery(alternatives, 'A')}) & ({group.tsquery(alternatives, 'B')})")
            for letters, tier in TIERS:
                whens.append(f"WHEN d_{group.language}.v @@ %s::tsquery THEN {tier * weight:.3f}")
                params.append(group.tsquery(alternatives, letters))
            if group.in_tail_only:
                whens.append(f"WHEN d_{group.language}.tail @@ %s::tsquery THEN {IN_TAIL * weight:.3f}")
                params.append(group.tsquery(alternatives))
            cases.append(f"CASE {' '.join(whens)} ELSE 0 END")
        terms.append(f"{group.weight:.3f} * greatest({', '.join(cases)})")
    bonus = []
    for group in question.groups:
        own = [alternative for alternative in group.alternatives if alternative.weight == 1]
        whens = []
        for alternatives, part in ((own, 1.0), (group.alternatives, 0.5)):
            if alternatives:
                whens.append(f"WHEN d_{group.language}.v @@ %s::tsquery THEN {part * group.weight:.3f}")
                params.append(group.tsquery(alternatives, "A"))
        bonus.append(f"CASE {' '.join(whens)} ELSE 0 END")
    main = question.groups[0].language
    length = f"(2 + length(ts_filter(d_{main}.v, '{{a}}')))"
    return f"({' + '.join(terms)} + {NAME_BONUS} * 2 * ({' + '.join(bonus)}) / {length})", params


def _count(statement: Statement) -> None:
    """Services differ little in the small facets, and much in category, country and district: those apart."""
    numbers = range(1, len(FACETS) + 1)
    small = [number for number in numbers if number not in LARGE]
    columns = ", ".join(f"sets[{number}]" for number in small)
    names = ", ".join(f"s{number}" for number in small)
    statement.add(
        f""", small ({names}, missed, n) AS MATERIALIZED (
            SELECT {columns}, missed, sum(n) FROM kept GROUP BY {columns}, missed
        )
        SELECT 0, '', n, true FROM total
        UNION ALL SELECT facet, code, sum(n)::bigint, true FROM ("""
    )
    for number in numbers:
        id_, source = (f"sets[{number}]", "kept") if number in LARGE else (f"s{number}", "small")
        statement.add(
            f"{'UNION ALL' if number > 1 else ''} SELECT {id_} AS id, sum(n) AS n FROM {source}"
            f" WHERE missed & ~{1 << number} = 0 GROUP BY 1"
        )
    statement.add(
        f""") AS s JOIN services_facetset USING (id) CROSS JOIN LATERAL unnest(codes) AS code
        GROUP BY facet, code
        UNION ALL SELECT {DISTRICT}, key, 0, true FROM services_locality
        UNION ALL SELECT 10, service_id::text, place, is_own FROM page ORDER BY 1, 3"""
    )
