"""Searches of many kinds, as addresses of the results page carry them."""

from __future__ import annotations

SEARCHES = (
    ("ro", ""),
    ("ro", "q=pensie"),
    ("ro", "q=pasaport"),
    ("ro", "q=permis+de+conducere"),
    ("ro", "q=cum+fac+pasaport+pentru+copil+nascut+in+italia"),
    ("ro", "q=servicii+pentru+persoane"),  # words that stand in most texts
    ("ro", "q=acte"),
    ("ro", "q=ajutor&phase=return"),
    ("ro", "q=badante&country=IT"),
    ("ro", "q=anofm"),
    ("ro", "q=pasaprot"),  # a typing mistake
    ("ro", "phase=abroad&audience=worker"),
    ("ro", "category=documents&cost=free&mode=online"),
    ("ro", "district=cahul&sort=fresh"),
    ("ro", "country=IT&country=DE&sector=public&page=2"),
    ("ru", "q=пенсия"),
    ("ru", "q=паспорт+ребёнку"),
    ("ru", "q=как+получить+водительские+права"),
    ("ru", "q=виза&phase=pre_departure"),
    ("en", "q=passport"),
    ("en", "q=start+a+business+after+return"),
    ("en", "q=work&country=DE&cost=free"),
)
