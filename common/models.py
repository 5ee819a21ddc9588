"""Small tables that every app leans on: the version of public content, the worker's heartbeat, the keys of the data."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class ContentVersion(models.Model):
    """A counter that rises with every public change; page-cache keys carry it."""

    name = models.CharField(max_length=40, primary_key=True)
    number = models.BigIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class Heartbeat(models.Model):
    """When a Celery worker last did a task that beat had sent; readiness is red when it is too old."""

    name = models.CharField(max_length=40, primary_key=True)
    beaten_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.beaten_at:%Y-%m-%d %H:%M:%S}"


class KeyInUse(models.Model):
    """A key with which rows of this database are sealed or hashed; the product does not start without it."""

    class Use(models.TextChoices):
        """What it does."""

        SEAL = "seal"
        HASH = "hash"

    fingerprint = models.CharField(max_length=16)  # of `common.crypto.fingerprint`
    use = models.CharField(max_length=4, choices=Use.choices)
    noted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["use", "fingerprint"], name="common_keyinuse_once"),
            models.CheckConstraint(
                condition=models.Q(use__in=["seal", "hash"]), name="common_keyinuse_use_known"
            ),
            models.UniqueConstraint(
                fields=["use"], condition=models.Q(use="hash"), name="common_keyinuse_one_hash_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.use} {self.fingerprint}"
