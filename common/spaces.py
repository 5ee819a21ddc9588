"""Spaces at which a line may not end: inside 10 500, in 80 %, 30 min, № 105. No I/O.

Texts are written with ordinary spaces, in the catalogue, in translations and by people; what is searched, exported or
posted keeps them. They are bound when a page or a mail is complete, so that no text can be forgotten.
"""

from __future__ import annotations

import re

NO_BREAK = "\u00a0"
UNITS = (
    r"%|‰|€|lei|leu|ле[йя]|леев|MDL|EUR|euros?|евро|mii|mil\.|mln|mlrd|тыс\.|млн|млрд|k?m|к?м|[cс][mм][²³]?|m²|м²|kg|кг"
    r"|[GM]B|[ГМ]Б|h|ч|min|мин|minut[ea]?|minutes?|минут[ыау]?|oră|ore|hours?|час(?:а|ов)?|zi(?:le)?|days?|день|дн(?:я|ей)"
    r"|săptămân[iă]|weeks?|нед\.|недел[иьюя]|lun[iă]|months?|месяц(?:а|ев)?|ani?|years?|лет|год(?:а|ов|у)?"
)
SIGNS = r"№|§|\b(?:[Nn]r|No|[Aa]rt|[Сс]т|alin|pct|lit)\."
BOUND = (
    r"(?<![\w+.,])(?<!\d )[1-9]\d{0,2}(?: \d{3})+(?!\d| \d)"  # thousands; a telephone begins with + or 0
    rf"|(?<=\d)(?: de)? (?:{UNITS})(?!\w)"
    rf"|(?:{SIGNS}) (?=\d)"
)
IN_TEXT = re.compile(BOUND)
# Of a page: what goes back to a server or a program, and texts with a figure.
IN_PAGE = re.compile(r"(?is:<(script|style|textarea|option)\b.*?</\1)|>[^<\d]*\d[^<]*")


def unbroken(text: str) -> str:
    """A text with its figures bound to what they count."""
    return IN_TEXT.sub(lambda match: match[0].replace(" ", NO_BREAK), text)


def unbroken_page(html: str) -> str:
    """A page with the figures of its texts bound; scripts, attributes and the values of fields stay as they are."""
    return IN_PAGE.sub(lambda match: match[0] if match[0][0] == "<" else unbroken(match[0]), html)
