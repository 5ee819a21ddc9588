"""What colleagues type at the desk: calls, tickets, bookings for callers, reasons of changes, devices."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.phones import to_e164
from common.forms import OneLine, TextArea
from common.text import sort_key
from common.typed import check_mailbox, lines, one_line
from counselling import slots
from counselling.actions import Choice, Client
from counselling.availability import Wish
from counselling.forms.booking import NAME_LENGTH, NOTE_LENGTH
from counselling.forms.safety import HOUR_LENGTH, SAFETY_FIELDS, SAY_LENGTH, SafetyForm
from counselling.models import Counsellor, Device, Mode, Reason, SafeContact
from counselling.reaching import can_reach
from notifications.outlook import sms_problem
from services.labels import language_name
from shopfronts.models import ShopFront

WHY_LENGTH = 200
DATE = {"type": "date"}
FIRST_DAY, LAST_DAY = dt.date(2020, 1, 1), dt.date(2099, 12, 31)


def language_choices(codes: Sequence[str]) -> list[tuple[str, str]]:
    """Languages with their names in the language in force, in its alphabet."""
    inside = get_language() or "ro"
    named = [(code, language_name(code, inside)) for code in dict.fromkeys(codes)]
    return sorted(named, key=lambda pair: sort_key(pair[1]))


def spoken_at(shopfronts: Sequence[ShopFront]) -> list[str]:
    """Languages of the shop-fronts and of their counsellors; those of the site come with them."""
    spoken = Counsellor.objects.active().at(shopfronts).spoken()
    spoken |= {code for shopfront in shopfronts for code in shopfront.languages}
    return sorted(spoken | {code for code, _name in settings.LANGUAGES})


def date_field(label: Any, **more: Any) -> forms.DateField:
    """A day, by the browser's own picker; far ones are slips of the hand, and no calendar's business."""
    widget = forms.DateInput(attrs=DATE, format="%Y-%m-%d")
    limits = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
    return forms.DateField(label=label, widget=widget, validators=limits, **more)


def time_field(label: Any, **more: Any) -> forms.TimeField:
    """A wall-clock time."""
    return forms.TimeField(
        label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **more
    )


class DeskNumberForm(forms.Form):
    """To which desk people are called."""

    number = OneLine(
        label=_("Your desk"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 20, "size": 4}),
    )


class TicketForm(forms.Form):
    """A ticket at the counter. `ticket_id` is made with the form, so that sent twice it is one ticket."""

    reason = forms.ModelChoiceField(
        label=_("Reason"), queryset=Reason.objects.none(), to_field_name="key", empty_label=None
    )
    language = forms.ChoiceField(label=_("Language"))
    name = OneLine(
        label=_("Name (optional)"),
        help_text=_("Only colleagues see it; it never appears on the screen."),
        max_length=NAME_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": NAME_LENGTH}),
    )
    ticket_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, shopfront: ShopFront, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"ticket_id": uuid.uuid4(), "language": get_language()})
        super().__init__(*args, **kwargs)
        reasons = Reason.objects.bookable().filter(modes__contains=[Mode.IN_PERSON])
        self.fields["reason"].queryset = reasons  # type: ignore[attr-defined]
        self.fields["language"].choices = language_choices(spoken_at([shopfront]))  # type: ignore[attr-defined]


class WishForm(forms.Form):
    """What a caller looks for. Always bound, to the defaults of the desk at first."""

    reason = forms.ModelChoiceField(
        label=_("Reason"), queryset=Reason.objects.none(), to_field_name="key", empty_label=None
    )
    shopfront = forms.ModelChoiceField(
        label=_("Shop-front"), queryset=ShopFront.objects.none(), to_field_name="slug", empty_label=None
    )
    language = forms.ChoiceField(label=_("Language"))
    mode = forms.ChoiceField(label=_("Way of talking"), choices=Mode.choices)
    start_on = date_field(_("From day"), required=False)

    def __init__(
        self, data: Any, *, shopfronts: Sequence[ShopFront], reason: Reason | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.kept = reason  # of a booking that is moved: it stays
        if reason is not None:
            del self.fields["reason"]
        else:
            self.fields["reason"].queryset = Reason.objects.bookable()  # type: ignore[attr-defined]
        slugs = [one.slug for one in shopfronts]
        self.fields["shopfront"].queryset = ShopFront.objects.filter(slug__in=slugs)  # type: ignore[attr-defined]
        self.fields["language"].choices = language_choices(spoken_at(shopfronts))  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The way is one of the reason's. Raises nothing; errors stand at their field."""
        reason, mode = self.wanted, self.cleaned_data.get("mode")
        if reason is not None and mode and mode not in reason.modes:
            ways = ", ".join(str(Mode(each).label) for each in reason.modes)
            self.add_error("mode", _("For this reason you can choose only: %(ways)s.") % {"ways": ways})
        return self.cleaned_data

    @property
    def wanted(self) -> Reason | None:
        """The reason; none when it is unknown."""
        return self.kept or self.cleaned_data.get("reason")

    def wish(self) -> Wish:
        """What is to be found; only of a valid form."""
        assert self.wanted is not None  # noqa: S101  # it is valid
        return Wish(
            reason=self.wanted,
            shopfronts=(self.cleaned_data["shopfront"],),
            language=self.cleaned_data["language"],
            mode=self.cleaned_data["mode"],
            is_staff=True,
        )

    def choice(self, starts_at: dt.datetime) -> Choice:
        """The same with a time; only of a valid form."""
        wish = self.wish()
        return Choice(wish.reason, wish.shopfronts[0], starts_at, wish.mode, wish.language)

    @property
    def start(self) -> dt.datetime | None:
        """The first moment of the day from which on times are wanted (UTC)."""
        day: dt.date | None = self.cleaned_data.get("start_on")
        return slots.instant(day, dt.time(), self.cleaned_data["shopfront"].zone) if day else None


def read_time(text: str) -> dt.datetime | None:
    """The instant behind a button of a free time; None for what is none."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


class CallerForm(SafetyForm):
    """Who calls: a name, and how to reach them if they wish."""

    name = OneLine(
        label=_("Name, or how they wish to be called"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": NAME_LENGTH}),
        error_messages={"required": _("Write how the person wishes to be called.")},
    )
    phone = OneLine(
        label=_("Telephone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        validators=[check_mailbox],
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    agrees = forms.BooleanField(label=_("Agrees to messages about this appointment"), required=False)
    note = forms.CharField(
        label=_("Note (optional)"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=TextArea(attrs={"rows": 2, "maxlength": NOTE_LENGTH}),
    )
    safe_contact = forms.ChoiceField(
        label=_("Is it safe to write and to call?"),
        help_text=_("Ask it whenever the matter is sensitive."),
        required=False,
        choices=[("", _("not asked")), *SafeContact.choices],
    )
    if_another_answers = OneLine(
        label=_("If somebody else answers, say"),
        required=False,
        max_length=SAY_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": SAY_LENGTH}),
    )
    best_hour = OneLine(
        label=_("Best hour"),
        required=False,
        max_length=HOUR_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": HOUR_LENGTH}),
    )
    field_order = ["name", "phone", "email", "agrees", *SAFETY_FIELDS, "note"]

    def ask_safety(self, reason: Reason) -> bool:
        """Whether what a valid form must know for a reason is there; else the error stands at its field."""
        if not reason.is_sensitive or self.cleaned_data["safe_contact"]:
            return True
        self.add_error(
            "safe_contact", _("This reason is sensitive: ask whether it is safe to write and to call.")
        )
        return False

    def clean_phone(self) -> str:
        """The number in E.164. Raises ValidationError."""
        text = self.cleaned_data["phone"]
        if not text:
            return ""
        try:
            return to_e164(text)
        except ValueError:
            raise ValidationError(
                _("This is not a telephone number. Write it with the country code.")
            ) from None

    def clean_note(self) -> str:
        """Visible signs."""
        return lines(self.cleaned_data["note"])

    def clean(self) -> dict[str, Any]:
        """Messages need an address. Raises nothing; the error stands at the box."""
        data = self.cleaned_data
        is_reachable = (
            data.get("phone") or data.get("email") or self.has_error("phone") or self.has_error("email")
        )
        if data.get("agrees") and not is_reachable:
            self.add_error("agrees", _("For messages, write a telephone or an e-mail."))
        phone = data.get("phone")
        if data.get("agrees") and phone and not data.get("email") and (problem := sms_problem(phone)):
            self.add_error("agrees", problem)
        return data

    def check_way(self, mode: str) -> bool:
        """Whether the talk can begin in that way; else an error stands at the telephone or the e-mail."""
        data = self.cleaned_data
        if can_reach(mode, email=data.get("email", ""), phone=data.get("phone", "")):
            return True
        if mode == Mode.PHONE:
            self.add_error("phone", _("For a talk by telephone, write the number on which we call."))
        else:
            self.add_error("email", _("For a video talk, write an e-mail or a mobile number."))
        return False

    def client(self, language: str) -> Client:
        """Who comes; `language` is that of the talk, in which they are written to if the site has it."""
        data = self.cleaned_data
        return Client(
            name=data["name"],
            email=data["email"],
            phone=data["phone"],
            note=data["note"],
            safety=self.safety(),
            wants_messages=data["agrees"],
            site_language=language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE,
        )


class OutsideForm(forms.Form):
    """A time outside the roster, and why."""

    use_required_attribute = False  # it stands in the same form as the free times
    prefix = "outside"
    on = date_field(_("Day"))
    at = time_field(_("Time"))
    counsellor = forms.ModelChoiceField(
        label=_("Counsellor"),
        queryset=Counsellor.objects.none(),
        required=False,
        empty_label=_("whoever is free"),
    )
    why = OneLine(label=_("Why outside the roster"), max_length=WHY_LENGTH)

    def __init__(self, *args: Any, shopfronts: Sequence[ShopFront], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Counsellor.objects.active().at(shopfronts)
        self.fields["counsellor"].queryset = rows  # type: ignore[attr-defined]

    def starts_at(self, shopfront: ShopFront) -> dt.datetime | None:
        """The instant (UTC); None, with an error at the day, when it is over."""
        moment = slots.instant(self.cleaned_data["on"], self.cleaned_data["at"], shopfront.zone)
        if moment <= timezone.now():
            self.add_error("on", _("This time is over."))
            return None
        return moment


class WhyForm(forms.Form):
    """Why something is cancelled or moved; `is_read`: whether the client is written to."""

    why = OneLine(
        label=_("Why"),
        help_text=_("The client reads it in the message."),
        max_length=WHY_LENGTH,
        error_messages={"required": _("Write why: the client reads it.")},
    )

    def __init__(self, *args: Any, is_read: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_read:
            self.fields["why"].help_text = _("The client gets no message: only colleagues read it.")
            self.fields["why"].error_messages["required"] = _("Write why: colleagues read it.")


class DeviceForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """A tablet or a screen."""

    class Meta:
        model = Device
        fields = ("kind", "label")
        labels = {"kind": _("What it is"), "label": _("Where it stands")}
        help_texts = {"label": _("For example: at the entrance.")}
        widgets = {"kind": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = Device.Kind.choices  # type: ignore[attr-defined]  # no empty choice

    def clean_label(self) -> str:
        """Visible signs on one line. Raises ValidationError."""
        label = one_line(self.cleaned_data["label"])
        if not label:
            raise ValidationError(_("Write where it stands."))
        return label
