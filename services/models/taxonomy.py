"""The two-level taxonomy of needs."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from services.models.fields import key_field, number_field


class CategoryQuerySet(models.QuerySet["Category"]):
    """Categories by level."""

    def top(self) -> CategoryQuerySet:
        """Those without a parent."""
        return self.filter(parent=None)


class Category(models.Model):
    """A place in the taxonomy: a field such as "Documents", or a part of one such as "Civil status"."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = key_field()
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        limit_choices_to={"parent": None},
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    open_eligibility = ArrayField(
        models.CharField(max_length=80),
        verbose_name=_("Open Eligibility terms"),
        default=list,
        blank=True,
        help_text=_("Terms of the Open Eligibility taxonomy (Aunt Bertha / findhelp) that mean the same."),
    )
    is_sensitive = models.BooleanField(
        pgettext_lazy("of a topic", "sensitive"),
        default=False,
        help_text=_(
            "For people in danger: neutral addresses and titles, numbers to call first, nothing kept by browsers."
        ),
    )
    number = number_field()

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of the catalogue", "category")
        verbose_name_plural = _("categories")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")), name="services_category_not_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page in the language in force."""
        return reverse("services:category_detail", args=[self.address_key])

    @property
    def address_key(self) -> str:
        """What stands for it in addresses: a sensitive one's key would tell what somebody looked for."""
        return str(self.number) if self.is_sensitive else self.key
