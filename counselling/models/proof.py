"""By what the product knows that whoever booked is the one they say; a typed address is not the person."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

Row = TypeVar("Row", bound=models.Model)


class Proof(models.TextChoices):
    """What proved a person; work that a device did is no proof, it only slows."""

    NONE = "none", _("not proved")
    ADDRESS = "address", _("by a code or a link sent to their address")
    ACCOUNT = "account", _("signed in")
    DESK = "desk", _("by a colleague")

    @classmethod
    def of(cls, *, is_member: bool, has_proved_address: bool) -> Proof:
        """Of somebody who books without a colleague."""
        if is_member:
            return cls.ACCOUNT
        return cls.ADDRESS if has_proved_address else cls.NONE


class ProvedQuerySet(models.QuerySet[Row]):
    """Rows by whether somebody is proved to stand behind them."""

    def proved(self) -> Self:
        """By an address, an account or a colleague."""
        return self.exclude(proof=Proof.NONE)

    def unproved(self) -> Self:
        """Anybody may have made them, under anybody's address."""
        return self.filter(proof=Proof.NONE)


def proof_field() -> models.CharField[str, str]:
    """The column of it."""
    return models.CharField(
        _("proved"), max_length=7, choices=Proof.choices, default=Proof.NONE, editable=False
    )


def proof_constraints(model: str) -> list[models.BaseConstraint]:
    """Known values alone; and who signed in is proved."""
    return [
        models.CheckConstraint(condition=Q(proof__in=Proof.values), name=f"counselling_{model}_proof_known"),
        models.CheckConstraint(
            condition=Q(member__isnull=True) | ~Q(proof=Proof.NONE),
            name=f"counselling_{model}_member_is_proved",
        ),
    ]
