"""Columns here, and of django-allauth, that DATA_KEYS seal."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db.models import Q

from accounts.actions.exports import PURPOSE as EXPORT_PURPOSE
from accounts.factors import SEED_PURPOSE
from accounts.models import DataExport
from common.sealed import SealedColumn, within

SEEDS = (
    "secret",
    "seed",
    "migrated_codes",
)  # django-allauth's names: of an app, of recovery codes, of its older ones

COLUMNS = (
    SealedColumn(
        Authenticator,
        "data",
        SEED_PURPOSE,
        within(*SEEDS),
        Q(type__in=[Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]),
    ),
    SealedColumn(DataExport, "archive", EXPORT_PURPOSE, batch=5),
)
