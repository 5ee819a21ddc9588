"""The person who signs in: one model for migrants, editors and staff."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self, cast
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.handles import CYRILLIC_HANDLE, LATIN_HANDLE
from accounts.models.roles import STAFF_ROLES, Role


def validate_time_zone(name: str) -> None:
    """Refuse what the IANA time zone database does not hold."""
    if name not in available_timezones():
        raise ValidationError(_("Unknown time zone: %(name)s."), params={"name": name})


class HandleKey(Func):
    """What a handle looks like: lower case, no accents, look-alikes of both alphabets one sign (see migration 0002)."""

    function = "accounts_handle_key"
    output_field = models.CharField(max_length=60)


class UserQuerySet(models.QuerySet["User"]):
    """People by what may be done with their accounts."""

    def alive(self) -> Self:
        """Neither erased nor shut off."""
        return self.filter(is_active=True, erased_at__isnull=True)

    def looking_like(self, handle: str) -> Self:
        """Whose handle a reader could take for this one."""
        return self.filter(handle_key=HandleKey(Value(handle)))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]  # made at run time
    """Makes users by e-mail; the e-mail is kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a user; without a password the account cannot sign in by one."""
        user: User = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make an administrator (for `manage.py createsuperuser`)."""
        return self.create_user(email, password, **fields, is_staff=True, is_superuser=True)

    def get_by_natural_key(self, username: str | None) -> User:
        """Find by e-mail whatever its case."""
        return cast("User", self.get(email__iexact=username))


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account; known to others only by the handle, the legal name never stands beside it."""

    class Phase(models.TextChoices):
        """Where in the journey the person stands."""

        PRE_DEPARTURE = "pre_departure", _("I am preparing to leave")
        ABROAD = "abroad", _("I live abroad")
        RETURN = "return", _("I am coming back")
        REINTEGRATION = "reintegration", _("I have come back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    handle = models.CharField(_("handle"), max_length=24, help_text=_("The name that others see."))
    handle_key = models.GeneratedField(
        expression=HandleKey(F("handle")), output_field=models.CharField(max_length=60), db_persist=True
    )
    legal_name = models.CharField(_("legal name"), max_length=120, blank=True)
    phone = models.CharField(_("telephone"), max_length=16, blank=True)  # E.164
    phone_verified_at = models.DateTimeField(null=True, blank=True, editable=False)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="ro")
    time_zone = models.CharField(
        _("time zone"), max_length=40, default="Europe/Chisinau", validators=[validate_time_zone]
    )
    country = models.CharField(_("country of stay"), max_length=2, blank=True)  # ISO 3166-1 alpha-2
    phase = models.CharField(_("stage"), max_length=20, choices=Phase.choices, blank=True)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined at"), default=timezone.now, editable=False)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)  # one more ends every session

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["handle"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_unique_any_case"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="accounts_user_email_lower_case"),
            models.UniqueConstraint(fields=["handle_key"], name="accounts_user_handle_unlike_others"),
            models.CheckConstraint(
                condition=Q(handle__regex=LATIN_HANDLE) | Q(handle__regex=CYRILLIC_HANDLE),
                name="accounts_user_handle_form",
            ),
            models.CheckConstraint(
                condition=Q(language__in=[code for code, _name in settings.LANGUAGES]),
                name="accounts_user_language_known",
            ),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="accounts_user_phone_e164",
            ),
            models.CheckConstraint(
                condition=Q(country="") | Q(country__regex=r"^[A-Z]{2}$"), name="accounts_user_country_iso"
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(is_active=False),
                name="accounts_user_erased_is_inactive",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"  # lists and logs must not tie handle and address

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """As Django's, and over when the epoch changes: sessions can be ended without asking for a password."""
        salt = "accounts.User.session"
        return salted_hmac(
            salt, f"{self.password}|{self.session_epoch}", secret=secret, algorithm="sha256"
        ).hexdigest()

    @cached_property
    def bound_roles(self) -> dict[str, dict[str, list[str]]]:
        """The roles that were given, each with what it is bound to; read once for this object."""
        return dict(self.grants.values_list("role", "scopes"))

    @property
    def roles(self) -> frozenset[str]:
        """The roles that were given; being a member needs none."""
        return frozenset(self.bound_roles)

    def has_role(self, *roles: Role) -> bool:
        """Whether one of these roles was given."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_office(self) -> bool:
        """Whether the person works here: has a role that needs a second factor, or administers the product."""
        return self.is_superuser or self.is_staff or not self.roles.isdisjoint(STAFF_ROLES)
