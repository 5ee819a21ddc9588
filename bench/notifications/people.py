"""Members for the benches of the outbox."""

from __future__ import annotations

import itertools

from accounts.models import User

KIND = "accounts.data_export_ready"  # on the site and by mail, whatever the person has chosen


def make_people(count: int) -> None:
    """As many members as that, no more and no fewer."""
    User.objects.filter(email__endswith="@bench.example").delete()
    people = (User(email=f"p{number}@bench.example", handle=f"bench-{number:06d}") for number in range(count))
    while batch := list(itertools.islice(people, 2000)):
        User.objects.bulk_create(batch)
