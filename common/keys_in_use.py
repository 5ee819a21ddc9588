"""Whether our keys are those of this database: beside rows of other keys nothing may start, for they would seem empty.

The first time (a new database, or one of a release that used SECRET_KEY) rows are tried; from then on fingerprints of
the keys are compared, which costs one query.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction

from common import crypto
from common.models import KeyInUse
from common.sealed import hashed_columns, sealed_columns

TRIED = 20  # rows of each column, the newest
Use = KeyInUse.Use


class OtherKeysError(Exception):
    """Rows here were sealed or hashed with keys that we do not have."""


@transaction.atomic
def check_and_note() -> None:
    """Note our keys as those of this database. Raises OtherKeysError when its rows are of others."""
    noted = {use: set(_noted(use)) for use in Use}
    ours = {Use.SEAL: [*map(crypto.fingerprint, settings.DATA_KEYS)]}
    ours[Use.HASH] = [crypto.fingerprint(settings.HASH_KEY)]
    problems = [*_differences(noted, ours)] if any(noted.values()) else [*_rows_of_others()]
    if problems:
        raise OtherKeysError(
            f"The keys are not those of this database: {'; '.join(problems)}. Put back the DATA_KEYS and the HASH_KEY that "
            "are kept for its backups. A release that had neither used SECRET_KEY: with both empty, `python manage.py new_keys` "
            "prints the values for its rows. If the old keys are lost for good: `python manage.py prepare_database --accept-keys`."
        )
    new = (
        [(Use.SEAL, ours[Use.SEAL][0])]
        if any(noted.values())
        else [(Use.SEAL, one) for one in ours[Use.SEAL]]
    )
    new += [(Use.HASH, one) for one in ours[Use.HASH]]
    _note([(use, one) for use, one in new if one not in noted[use]])


@transaction.atomic
def accept() -> None:
    """Note our keys as the only ones, whatever rows there are: what others sealed stays unreadable."""
    KeyInUse.objects.all().delete()
    seals = [(Use.SEAL, crypto.fingerprint(key)) for key in settings.DATA_KEYS]
    _note([*seals, (Use.HASH, crypto.fingerprint(settings.HASH_KEY))])


def forget_older() -> None:
    """Everything is under the newest key: the others may be taken out of DATA_KEYS."""
    newest = crypto.fingerprint(settings.DATA_KEYS[0])
    KeyInUse.objects.filter(use=Use.SEAL).exclude(fingerprint=newest).delete()


def check_at_start() -> None:
    """As `check_and_note`, for a process that must also start while PostgreSQL is away or not migrated yet."""
    try:
        check_and_note()
    except (DatabaseError, InterfaceError):
        pass  # readiness tells of that
    finally:
        connection.close()


def _noted(use: str) -> Iterator[str]:
    yield from KeyInUse.objects.filter(use=use).values_list("fingerprint", flat=True)


def _note(keys: list[tuple[str, str]]) -> None:
    rows = [KeyInUse(use=use, fingerprint=fingerprint) for use, fingerprint in keys]
    KeyInUse.objects.bulk_create(rows, ignore_conflicts=True)


def _differences(noted: dict[Use, set[str]], ours: dict[Use, list[str]]) -> Iterator[str]:
    if missing := noted[Use.SEAL].difference(ours[Use.SEAL]):
        yield f"DATA_KEYS lacks what rows are sealed with (fingerprint {', '.join(sorted(missing))})"
    if noted[Use.HASH].difference(ours[Use.HASH]):
        yield "HASH_KEY is another than the one that people are found by"


def _rows_of_others() -> Iterator[str]:
    """A row that is lost already stops nobody; when not a single one fits, the keys are wrong."""
    sealed = [
        one.is_readable(value)
        for one in sealed_columns()
        for value in one.rows().reverse().values_list(one.column, flat=True)[:TRIED]
    ]
    if sealed and not any(sealed):
        yield "none of DATA_KEYS opens what is sealed here"
    hashes = [kept == now for one in hashed_columns() for kept, now in one.sample()]
    if hashes and not any(hashes):
        yield "HASH_KEY does not give the hashes that people are found by"
