"""People."""

from __future__ import annotations

from typing import Any

import factory
from django.contrib.auth.models import Group, Permission

from accounts.models import User


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A person without a password."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    handle = factory.Sequence(lambda n: f"person_{n}")
    email = factory.LazyAttribute(lambda person: f"{person.handle}@example.com")


class CuratorFactory(UserFactory):
    """A member of staff in a group that may do everything with the catalogue."""

    is_staff = True

    @factory.post_generation
    def permissions(self: User, create: bool, extracted: Any, **kwargs: Any) -> None:
        """Give what the role carries."""
        group, _created = Group.objects.get_or_create(name="curator")
        group.permissions.set(
            Permission.objects.filter(content_type__app_label__in=["services", "shopfronts"])
        )
        self.groups.add(group)
