"""How much goes to addresses that nobody has proved, and to which countries SMS go at all."""

from __future__ import annotations

from typing import Any

from nexus.environment import Environment

# Where our people live (data/countries.json) and the neighbours; not numbers that cost much and belong to nobody we know.
SMS_COUNTRIES = [
    *(
        "MD",
        "RO",
        "UA",
        "IT",
        "DE",
        "FR",
        "ES",
        "PT",
        "GB",
        "IE",
        "GR",
        "CY",
        "TR",
        "IL",
        "PL",
        "CZ",
        "SK",
        "AT",
    ),
    *("BE", "NL", "LU", "CH", "SE", "NO", "DK", "FI", "IS", "HU", "BG", "SI", "HR", "EE", "LV", "LT", "MT"),
    *("RU", "BY", "KZ", "GE", "US", "CA", "AE", "AU"),
]


def ceiling_settings(env: Environment) -> dict[str, Any]:
    """Messages a day to what is not proved: to one mailbox or number, to one country, in all.

    Codes have a count of their own, so that whoever fills one with bookings keeps nobody from signing up.
    """
    return {
        "SMS_COUNTRIES": frozenset(env.words("SMS_COUNTRIES", SMS_COUNTRIES)),  # ISO 3166-1 alpha-2
        "UNPROVED_MAILS_A_DAY": env.number("UNPROVED_MAILS_A_DAY", 6),
        "UNPROVED_MAIL_CODES_A_DAY": env.number("UNPROVED_MAIL_CODES_A_DAY", 20),
        "UNPROVED_MAILS_A_DAY_IN_ALL": env.number("UNPROVED_MAILS_A_DAY_IN_ALL", 3000),
        "UNPROVED_SMS_A_DAY": env.number("UNPROVED_SMS_A_DAY", 2),
        "UNPROVED_SMS_CODES_A_DAY": env.number("UNPROVED_SMS_CODES_A_DAY", 5),
        "UNPROVED_SMS_A_DAY_TO_A_COUNTRY": env.number("UNPROVED_SMS_A_DAY_TO_A_COUNTRY", 150),
        "UNPROVED_SMS_A_DAY_IN_ALL": env.number("UNPROVED_SMS_A_DAY_IN_ALL", 300),
    }
