"""What the last import wrote, so that the next one sees what was edited here since."""

from __future__ import annotations

from django.db import models


class ImportedRecord(models.Model):
    """The fingerprint (SHA-256) of one record as the catalogue's files had it."""

    kind = models.CharField(max_length=24)
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="services_importedrecord_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
