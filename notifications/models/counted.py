"""How many messages went where nobody has proved that the address is theirs, by day."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DayCount(models.Model):
    """One count of one day in Moldova; a recipient is named by a keyed hash. Forgotten after some days."""

    on = models.DateField(_("day"))
    what = models.CharField(_("what"), max_length=40)
    key = models.CharField(_("whose"), max_length=64, blank=True)
    count = models.PositiveIntegerField(_("how many"))

    class Meta:
        verbose_name = _("count of a day")
        verbose_name_plural = _("counts of days")
        constraints = [
            models.UniqueConstraint(fields=["on", "what", "key"], name="notifications_daycount_one_a_day"),
            models.CheckConstraint(condition=Q(count__gt=0), name="notifications_daycount_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.what} {self.count}"
