"""What the last import wrote, so that the next one sees what was edited here since."""

from __future__ import annotations

from django.db import models


class ImportedRecord(models.Model):
    """The fingerprints of one record as the catalogue's files had it, by part; empty after an import by a release
    that kept none.
    """

    kind = models.CharField(max_length=24)
    key = models.CharField(max_length=80)
    parts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="services_importedrecord_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
