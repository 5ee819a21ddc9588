"""Two small tables that every app leans on: the version of public content, and the worker's heartbeat."""

from __future__ import annotations

from django.db import models


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
