"""The steps before a time is chosen, as an address says them: where, why, in which language and way.

An address is read leniently where nothing is lost by it (zone, day) and strictly where it decides what is booked.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import dataclass, replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.http import urlencode
from django.utils.translation import get_language

from accounts.models import User
from common.zones import is_place, zone_of
from counselling import availability
from counselling.actions import Choice
from counselling.availability import Wish
from counselling.models import Appointment, Counsellor, Mode, Reason, Status
from counselling.slots import Slot
from services.labels import language_name
from services.models import Locality
from shopfronts.models import ShopFront

ANY, ONLINE = "any", "online"  # instead of a shop-front's slug
HOME = ZoneInfo("Europe/Chisinau")
SHORT_NUMBER = re.compile(r"[0-9]{1,6}")
LANGUAGE = re.compile(r"[a-z]{2,3}")  # ISO 639
REMOTE = (Mode.PHONE, Mode.VIDEO)


@dataclass(frozen=True, slots=True)
class Place:
    """Where: one shop-front, any of them, or none because they speak by telephone or video."""

    slug: str
    shopfronts: tuple[ShopFront, ...]
    by_video: frozenset[uuid.UUID | None] = frozenset()  # reasons (keys) taken by video; None among them: all

    @property
    def shopfront(self) -> ShopFront | None:
        """The one that was chosen."""
        return self.shopfronts[0] if self.slug not in (ANY, ONLINE) else None

    @property
    def is_online(self) -> bool:
        """Whether the client comes nowhere."""
        return self.slug == ONLINE

    @property
    def zone(self) -> ZoneInfo:
        """Whose clocks the times are on."""
        return self.shopfronts[0].zone if self.shopfronts else HOME

    def modes(self, reason: Reason) -> list[Mode]:
        """The ways in which a reason can be talked about here."""
        comes = not self.is_online and any(one.can_be_visited for one in self.shopfronts)
        offered = [mode for mode in (Mode if comes else REMOTE) if mode in reason.modes]
        if not self.by_video & {None, reason.pk}:  # nobody could give a link
            offered = [mode for mode in offered if mode != Mode.VIDEO]
        return offered


def place_of(slug: str) -> Place:
    """Raises Http404 for a shop-front that is not there."""
    rows = ShopFront.objects.filter(is_open_to_public=True)
    found = tuple(rows) if slug in (ANY, ONLINE) else (get_object_or_404(rows, slug=slug),)
    return Place(slug, found, _by_video(found))


def _by_video(shopfronts: tuple[ShopFront, ...]) -> frozenset[uuid.UUID | None]:
    """Reasons that somebody there takes by video; None stands for whoever takes them all."""
    able = Counsellor.objects.active().with_video_room().at(shopfronts)
    return frozenset(able.order_by().values_list("reasons", flat=True))


def nearest(locality: Locality) -> ShopFront | None:
    """The shop-front nearest to a district's seat, as the crow flies; good enough within so small a country."""

    def distance(shopfront: ShopFront) -> Decimal:
        north = shopfront.latitude - locality.latitude
        east = (shopfront.longitude - locality.longitude) * Decimal("0.68")  # a degree eastward at 47° north
        return north * north + east * east

    return min(ShopFront.objects.filter(is_open_to_public=True), key=distance, default=None)


def languages_at(place: Place, reason: Reason) -> list[tuple[str, str]]:
    """Languages in which someone there takes the reason, with their names; the page's own first."""
    spoken = Counsellor.objects.able(reason).at(place.shopfronts).spoken()
    own = get_language() or "ro"
    named = [(code, language_name(code, own)) for code in spoken]
    return sorted(named, key=lambda pair: (pair[0] != own, pair[0] not in ("ro", "ru", "en"), pair[1]))


@dataclass(frozen=True, slots=True)
class Path:
    """Everything that was chosen before the time."""

    place: Place
    reason: Reason
    language: str
    mode: str
    zone: str = ""  # the visitor's own (IANA); empty when it is not known
    start_on: dt.date | None = None  # the first day shown

    @classmethod
    def read(cls, place: Place, reason: Reason, data: QueryDict, *, pressed: bool = False) -> Path | None:
        """What an address says; None when language or way are not such as are offered here.

        When a time was `pressed`, the languages are not asked for again: a time that nobody offers in this one is refused
        by the booking itself.
        """
        modes = place.modes(reason)
        mode = data.get("mode") or (modes[0] if len(modes) == 1 else "")
        language = data.get("language", "")
        if not (pressed and LANGUAGE.fullmatch(language)):
            languages = [code for code, _name in languages_at(place, reason)]
            language = language or (languages[0] if len(languages) == 1 else "")
            if language not in languages:
                return None
        if mode not in modes:
            return None
        zone = data.get("zone", "")
        known = zone if is_place(zone) and zone_of(zone) else ""  # UTC is what browsers say that hide theirs
        return cls(place, reason, language, mode, known, _day(data.get("from", "")))

    @property
    def query(self) -> str:
        """It as the end of an address, without the day."""
        pairs = [("language", self.language), ("mode", self.mode), ("zone", self.zone)]
        return urlencode([pair for pair in pairs if pair[1]])

    def wish(self, *, member: User | None = None, visitor_key: str = "") -> Wish:
        """What to look for; a member's follow-up is with the counsellor who knows the matter."""
        known = known_counsellor(self.reason, member)
        return Wish(
            reason=self.reason,
            shopfronts=self.place.shopfronts,
            language=self.language,
            mode=self.mode,
            counsellor=known.pk if known else None,
            visitor_key=visitor_key,
        )

    def choice(self, starts_at: dt.datetime, slug: str) -> Choice | None:
        """A time that was pressed; None when it is at a shop-front that is none of the chosen."""
        for shopfront in self.place.shopfronts:
            if shopfront.slug == slug:
                return Choice(self.reason, shopfront, starts_at, self.mode, self.language)
        return None


def known_counsellor(reason: Reason, member: User | None) -> Counsellor | None:
    """With whom a member spoke about this before, when the reason wants it so.

    Only for who has signed in: told to whoever types an address, it would betray whose matter this is.
    """
    if not reason.same_counsellor or member is None:
        return None
    rows = Appointment.objects.filter(member=member, reason=reason, status=Status.COMPLETED)
    last = rows.filter(counsellor__is_active=True).select_related("counsellor").order_by("-starts_at").first()
    return last.counsellor if last else None


def bookable_reason(name: str) -> Reason:
    """The reason that an address means: by its number, or by its key, as addresses were. Raises Http404."""
    known = {"number": name} if SHORT_NUMBER.fullmatch(name) else {"key": name}
    return get_object_or_404(Reason.objects.bookable(), **known)


def path_or_404(request: HttpRequest, place: str, reason: str) -> Path | None:
    """The path of an address. Raises Http404 for an unknown place or reason, None when a choice is missing."""
    where, why = place_of(place), bookable_reason(reason)
    if not where.modes(why):
        raise Http404
    if request.method == "POST":
        return Path.read(where, why, request.POST, pressed="slot" in request.POST)
    return Path.read(where, why, request.GET)


def read_slot(text: str) -> tuple[dt.datetime, str] | None:
    """A pressed button's value (`20270301T0700Z.cahul`): instant (UTC) and shop-front; None for what is none."""
    stamp, _dot, slug = text.partition(".")
    try:
        moment = dt.datetime.strptime(stamp, "%Y%m%dT%H%MZ").replace(tzinfo=dt.UTC)
    except ValueError:
        return None
    return (moment, slug) if slug else None


def write_slot(moment: dt.datetime, slug: str) -> str:
    """The value of a button."""
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%MZ}.{slug}"


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def find_from(wish: Wish, start_on: dt.date | None, zone: ZoneInfo) -> list[Slot]:
    """Free times from a local day on."""
    start = dt.datetime.combine(start_on, dt.time(), tzinfo=zone) if start_on else None
    return availability.find(wish, start=start)


def without_counsellor(wish: Wish) -> Wish:
    """The same with whoever is free."""
    return replace(wish, counsellor=None)
