"""How much goes to addresses that nobody has proved, and to which countries SMS go at all."""

from __future__ import annotations

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


def sms_countries(env: Environment) -> frozenset[str]:
    """ISO 3166-1 alpha-2 codes of the countries to which SMS go."""
    return frozenset(env.words("SMS_COUNTRIES", SMS_COUNTRIES))


def mail_ceilings(env: Environment) -> tuple[int, int, int]:
    """Mails a day to one mailbox that is not proved, codes to it, and mails of one sort to all such ones together.

    Codes have a count of their own, so that whoever fills one with bookings keeps nobody from signing up.
    """
    return (
        env.number("UNPROVED_MAILS_A_DAY", 6),
        env.number("UNPROVED_MAIL_CODES_A_DAY", 20),
        env.number("UNPROVED_MAILS_A_DAY_IN_ALL", 3000),
    )


def sms_ceilings(env: Environment) -> tuple[int, int, int, int]:
    """SMS a day to one number that is not proved, codes to it, and SMS of one sort to one country and to all together."""
    return (
        env.number("UNPROVED_SMS_A_DAY", 2),
        env.number("UNPROVED_SMS_CODES_A_DAY", 5),
        env.number("UNPROVED_SMS_A_DAY_TO_A_COUNTRY", 150),
        env.number("UNPROVED_SMS_A_DAY_IN_ALL", 300),
    )
