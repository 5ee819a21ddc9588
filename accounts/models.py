"""The person who signs in: one model for migrants, editors and staff."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

HANDLE_PATTERN = r"^[a-z0-9_]{3,24}$"


class Role(models.TextChoices):
    """What a person may do; each is a Django group of the same name, which carries the permissions."""

    MEMBER = "member", _("member")
    PROVIDER_EDITOR = "provider_editor", _("provider editor")
    COUNSELLOR = "counsellor", _("counsellor")
    MANAGER = "manager", _("shop-front manager")
    CURATOR = "curator", _("curator")
    MODERATOR = "moderator", _("moderator")
    ANALYST = "analyst", _("analyst")
    COMMITTEE = "committee", _("committee member")


def validate_time_zone(name: str) -> None:
    """Refuse what the IANA time zone database does not hold."""
    if name not in available_timezones():
        raise ValidationError(_("Unknown time zone: %(name)s."), params={"name": name})


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail; the e-mail is kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a user; without a password the account cannot sign in by one."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make an administrator (for `manage.py createsuperuser`)."""
        return self.create_user(email, password, **fields, is_staff=True, is_superuser=True)

    def get_by_natural_key(self, username: str | None) -> User:
        """Find by e-mail whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account; known to others only by the handle."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    handle = models.CharField(
        _("handle"),
        max_length=24,
        unique=True,
        validators=[RegexValidator(HANDLE_PATTERN)],
        help_text=_("The name that others see: 3 to 24 lower-case letters, digits or underscores."),
    )
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="ro")
    time_zone = models.CharField(
        _("time zone"), max_length=40, default="Europe/Chisinau", validators=[validate_time_zone]
    )
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined at"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["handle"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_unique_any_case"),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="accounts_user_email_lower_case"
            ),
            models.CheckConstraint(
                condition=models.Q(handle__regex=HANDLE_PATTERN), name="accounts_user_handle_form"
            ),
            models.CheckConstraint(
                condition=models.Q(language__in=[code for code, _name in settings.LANGUAGES]),
                name="accounts_user_language_known",
            ),
        ]

    def __str__(self) -> str:
        return self.handle
