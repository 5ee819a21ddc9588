"""Text as people type it: folding, words, and reading one alphabet as another. No I/O."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice, product

WORD = re.compile(r"[^\W_]+", re.UNICODE)
CYRILLIC = re.compile(r"[\u0400-\u04ff]")
KEPT_MARKS = {"й": "\ue000", "Й": "\ue001"}  # a letter of its own, although Unicode splits it
# Soft hyphens and the like, inside a pasted word.
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
SPECIAL = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "\u0301": ""}) | {
    ord(sign): None for sign in INVISIBLE
}
# The same keys under the Russian layout, and under the Romanian one or, in the second line, the English one.
_RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбю"
_ROMANIAN_KEYS = "qwertyuiopăîasdfghjklșțzxcvbnm,."
_ENGLISH_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
_TO_LATIN = str.maketrans(_RUSSIAN_KEYS, _ROMANIAN_KEYS)
_TO_CYRILLIC = str.maketrans(_ENGLISH_KEYS + _ROMANIAN_KEYS, _RUSSIAN_KEYS * 2)
# Letters of their own in Romanian: all of s comes before ș. The added signs sort behind z.
ROMANIAN_ORDER = str.maketrans(
    {"ă": "a{", "â": "a|", "î": "i{", "ș": "s{", "\u015f": "s{", "ț": "t{", "\u0163": "t{"}
)

# Longest first; what one Latin spelling may stand for in Russian. People omit ь and write й as i or y.
_RUSSIAN = (
    ("shch", ("щ",)),
    ("sch", ("щ",)),
    ("sh", ("ш",)),
    ("ch", ("ч",)),
    ("zh", ("ж",)),
    ("kh", ("х",)),
    ("nost", ("ность", "ност")),
    ("niy", ("ный", "ний")),
    ("nyj", ("ный",)),
    ("iye", ("ие",)),
    ("ije", ("ие",)),
    ("ls", ("льс", "лс")),
    ("lt", ("льт", "лт")),
    ("ln", ("льн", "лн")),
    ("vi", ("ви", "вы")),
    ("ts", ("ц", "тс")),
    ("tz", ("ц",)),
    ("yo", ("е",)),
    ("jo", ("е",)),
    ("iya", ("ия",)),
    ("iia", ("ия",)),
    ("ija", ("ия",)),
    ("ie", ("ие",)),
    ("ia", ("ия", "я")),
    ("ya", ("я",)),
    ("ja", ("я",)),
    ("yu", ("ю",)),
    ("ju", ("ю",)),
    ("iu", ("ю",)),
    ("yy", ("ый",)),
    ("iy", ("ий",)),
    ("ij", ("ий",)),
    ("yj", ("ый",)),
    ("ye", ("ые", "е")),
    ("je", ("е",)),
    ("ii", ("ии", "ий")),
    ("ei", ("ей", "еи")),
    ("oi", ("ой", "ои")),
    ("ai", ("ай", "аи")),
    ("ey", ("ей",)),
    ("oy", ("ой",)),
    ("ay", ("ай",)),
    ("ck", ("к",)),
    ("a", ("а",)),
    ("b", ("б",)),
    ("c", ("ц", "к")),
    ("d", ("д",)),
    ("e", ("е",)),
    ("f", ("ф",)),
    ("g", ("г",)),
    ("h", ("х",)),
    ("i", ("и",)),
    ("j", ("ж", "й")),
    ("k", ("к",)),
    ("l", ("л",)),
    ("m", ("м",)),
    ("n", ("н",)),
    ("o", ("о",)),
    ("p", ("п",)),
    ("q", ("к",)),
    ("r", ("р",)),
    ("s", ("с",)),
    ("t", ("т",)),
    ("u", ("у",)),
    ("v", ("в",)),
    ("w", ("в",)),
    ("x", ("х", "кс")),
    ("y", ("ы", "и")),
    ("z", ("з",)),
    ("4", ("ч",)),
)
# The Moldovan alphabet used until 1989, and the way people spell Romanian on a Russian keyboard today.
_ROMANIAN = (
    ("джи", ("gi",)),
    ("дже", ("ge",)),
    ("дж", ("g",)),
    ("ге", ("ghe", "ge")),
    ("ги", ("ghi", "gi")),
    ("ке", ("che", "ce")),
    ("ки", ("chi", "ci")),
    ("кс", ("x", "cs")),
    ("че", ("ce",)),
    ("чи", ("ci",)),
    ("ч", ("ci", "c")),
    ("ий", ("ii",)),
    ("ия", ("ia",)),
    ("ие", ("ie",)),
    ("ӂ", ("g",)),
    ("а", ("a",)),
    ("б", ("b",)),
    ("в", ("v",)),
    ("г", ("g",)),
    ("д", ("d",)),
    ("е", ("e",)),
    ("ж", ("j", "g")),
    ("з", ("z",)),
    ("и", ("i",)),
    ("й", ("i",)),
    ("к", ("c",)),
    ("л", ("l",)),
    ("м", ("m",)),
    ("н", ("n",)),
    ("о", ("o",)),
    ("п", ("p",)),
    ("р", ("r",)),
    ("с", ("s",)),
    ("т", ("t",)),
    ("у", ("u",)),
    ("ф", ("f",)),
    ("х", ("h",)),
    ("ц", ("t",)),
    ("ш", ("s",)),
    ("щ", ("st",)),
    ("ъ", ("a",)),
    ("ы", ("a", "i")),
    ("ь", ("", "i")),
    ("э", ("a", "e")),
    ("ю", ("iu",)),
    ("я", ("ia", "ea")),
)


def fold(text: str) -> str:
    """Lower case without diacritics: "Pașaport" and "Paşaport" become "pasaport", "ещё" becomes "еще"."""
    for letter, stand_in in KEPT_MARKS.items():
        text = text.replace(letter, stand_in)
    split = unicodedata.normalize("NFKD", text)
    bare = "".join(sign for sign in split if not unicodedata.combining(sign))
    for letter, stand_in in KEPT_MARKS.items():
        bare = bare.replace(stand_in, letter)
    return bare.lower().translate(SPECIAL)


def words(text: str, *, limit: int = 0) -> list[str]:
    """The words of a text, folded, in order; letters and digits only. A limit of 0 means all."""
    found = (match.group() for match in WORD.finditer(fold(text)))
    return list(islice(found, limit)) if limit else list(found)


def is_cyrillic(word: str) -> bool:
    """Whether a word has a Cyrillic letter."""
    return CYRILLIC.search(word) is not None


def _spellings(word: str, table: tuple[tuple[str, tuple[str, ...]], ...], limit: int) -> list[str]:
    parts: list[tuple[str, ...]] = []
    position = 0
    while position < len(word):
        for source, targets in table:
            if word.startswith(source, position):
                parts.append(targets)
                position += len(source)
                break
        else:
            parts.append((word[position],))
            position += 1
    return list(dict.fromkeys(islice(("".join(choice) for choice in product(*parts)), limit)))


def russian_from_latin(word: str, *, limit: int = 8) -> list[str]:
    """Russian words that a folded Latin spelling may stand for, likeliest first ("viza": "виза")."""
    return _spellings(word, _RUSSIAN, limit)


def romanian_from_cyrillic(word: str, *, limit: int = 8) -> list[str]:
    """Romanian words, folded, that a Cyrillic spelling may stand for ("пашапорт": "pasaport")."""
    return _spellings(word.replace("ё", "е"), _ROMANIAN, limit)


def other_layout(text: str) -> str:
    """What the same keys write under the other layout of a keyboard ("gfcgjhn": "паспорт", "зфыфзщке": "pasaport")."""
    return text.lower().translate(_TO_LATIN if is_cyrillic(text) else _TO_CYRILLIC)


def distance(left: str, right: str, *, at_most: int) -> int:
    """Edits between two words, a swap of neighbours being one; `at_most + 1` when there are more."""
    if abs(len(left) - len(right)) > at_most:
        return at_most + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        new = [i]
        for j, b in enumerate(right, 1):
            cost = min(row[j] + 1, new[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            new.append(cost)
        if min(new) > at_most:
            return at_most + 1
        before, row = row, new
    return min(row[-1], at_most + 1)


def inside_a_list(label: str) -> str:
    """A label as it stands after a comma: its first letter small, except for abbreviations and the English "I"."""
    if label[1:2].isupper() or label[:2] in ("I ", "I’"):
        return label
    return label[:1].lower() + label[1:]


def sort_key(text: str) -> tuple[str, str]:
    """Order of a list in the alphabets of the country: Soroca before Șoldănești, ёлка beside ель."""
    letters = unicodedata.normalize("NFC", text).lower().translate(ROMANIAN_ORDER)
    return fold(letters), text
