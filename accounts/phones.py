"""Telephone numbers: what people type, as E.164 writes it. No I/O but the list of countries."""

from __future__ import annotations

import phonenumbers
from django.conf import settings


def to_e164(text: str, *, country: str = "MD") -> str:
    """The number as +37360123456; without a prefix it is one of the country (ISO 3166-1 alpha-2).

    Raises ValueError for what is no telephone number.
    """
    try:
        number = phonenumbers.parse(text, country or "MD")
    except phonenumbers.NumberParseException as error:
        raise ValueError(str(error)) from error
    if not phonenumbers.is_valid_number(number):
        raise ValueError("no such number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def can_get_sms(number: str) -> bool:
    """Whether a number in E.164 may be a mobile one; where numbers do not tell, it may."""
    kind = phonenumbers.number_type(phonenumbers.parse(number))
    return kind in (
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
        phonenumbers.PhoneNumberType.UNKNOWN,
    )


def country_of(number: str) -> str:
    """Where a number in E.164 belongs (ISO 3166-1 alpha-2); empty for one of no country."""
    return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""


def is_served(number: str) -> bool:
    """Whether SMS of ours go to the country of a number in E.164."""
    return country_of(number) in settings.SMS_COUNTRIES


def shown(number: str) -> str:
    """A number in E.164 as people read it: +373 601 23 456."""
    return phonenumbers.format_number(
        phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
