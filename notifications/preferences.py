"""What people want when they have said nothing, and how their word is read."""

from __future__ import annotations

from collections.abc import Mapping

from common.message_kinds import Category, Channel, MessageKind
from notifications.models import Preference

Frequency = Preference.Frequency
Wishes = Mapping[tuple[str, str], str]  # (category, channel) -> frequency, as far as the person has said

# Quiet by default: what waits for an answer comes at once, the rest is gathered; SMS only for appointments.
DEFAULTS: dict[tuple[Category, Channel], Frequency] = {
    (Category.SERVICES, Channel.EMAIL): Frequency.WEEKLY,
    (Category.COMMUNITY, Channel.EMAIL): Frequency.DAILY,
    (Category.SECURITY, Channel.SMS): Frequency.OFF,
    (Category.SERVICES, Channel.SMS): Frequency.OFF,
    (Category.COMMUNITY, Channel.SMS): Frequency.OFF,
    (Category.WORK, Channel.SMS): Frequency.OFF,
}
FIXED = frozenset(
    {(Category.SECURITY, Channel.EMAIL), (Category.SECURITY, Channel.IN_APP)}
)  # cannot be changed


def frequency(category: str, channel: str, wishes: Wishes) -> Frequency:
    """How soon a person wants a category on a channel."""
    cell = (Category(category), Channel(channel))
    if cell in FIXED:
        return Frequency.AT_ONCE
    said = wishes.get((category, channel))
    return Frequency(said) if said else DEFAULTS.get(cell, Frequency.AT_ONCE)


def wanted(kind: MessageKind, channel: str, wishes: Wishes) -> Frequency:
    """How soon a person wants a message of this kind; urgent ones and those that must be are never gathered."""
    found = frequency(kind.category, channel, wishes)
    if not kind.can_be_switched_off or (kind.is_urgent and found != Frequency.OFF):
        return Frequency.AT_ONCE
    return found


def can_choose(category: Category, channel: Channel) -> list[Frequency]:
    """What a cell of the matrix offers; digests come by e-mail alone."""
    if (category, channel) in FIXED:
        return [Frequency.AT_ONCE]
    if channel == Channel.EMAIL:
        return list(Frequency)
    return [Frequency.OFF, Frequency.AT_ONCE]
