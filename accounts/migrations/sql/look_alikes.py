"""The function `accounts_handle_key`: what a handle looks like to a reader.

Lower case, no accents, one sign for all that may be taken for one another: after Unicode Technical Standard 39
(confusables), for the letters that handles may have. Signs between words fall away.
"""

PAIRS = {
    "а": "a", "в": "b", "г": "r", "е": "e", "з": "3", "к": "k", "м": "m", "н": "h", "о": "o", "п": "n", "р": "p",
    "с": "c", "т": "t", "у": "y", "х": "x", "ь": "b", "б": "6", "ч": "4", "и": "u", "ш": "w",
    "i": "l", "1": "l", "0": "o", "5": "s", "2": "z",
}  # fmt: skip
RUNS = {"rn": "m", "vv": "w", "cl": "d"}


def create_function() -> str:
    """The statement that makes it."""
    bare = r"regexp_replace(normalize(lower(handle), NFKD), '[\u0300-\u036F_.-]', '', 'g')"
    folded = f"translate({bare}, '{''.join(PAIRS)}', '{''.join(PAIRS.values())}')"
    for run, sign in RUNS.items():
        folded = f"replace({folded}, '{run}', '{sign}')"
    return f"""
        CREATE OR REPLACE FUNCTION accounts_handle_key(handle text) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT {folded} $$
    """
