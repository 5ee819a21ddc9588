"""Which addresses are one mailbox, so that a limit holds for its owner and not for each way of writing it. No I/O."""

from __future__ import annotations

# Providers whose mailboxes ignore some signs before the @, as their manuals say, and other names of one provider.
IGNORED = {"gmail.com": ".", "proton.me": ".-_"}
SAME = {
    "googlemail.com": "gmail.com",
    "protonmail.com": "proton.me",
    "pm.me": "proton.me",
    "ya.ru": "yandex.ru",
    "yandex.com": "yandex.ru",
    "yandex.by": "yandex.ru",
    "yandex.kz": "yandex.ru",
    "yandex.ua": "yandex.ru",
}
HYPHENS = frozenset({"yandex.ru"})  # where a dot and a hyphen are the same


def mailbox_of(address: str) -> str:
    """The mailbox behind an e-mail address: small letters, nothing after a plus, the provider's own rules."""
    local, _at, domain = address.strip().lower().rpartition("@")
    domain = SAME.get(domain, domain)
    local = local.partition("+")[0] or local
    kept = "".join(sign for sign in local if sign not in IGNORED.get(domain, "")) or local
    if domain in HYPHENS:
        kept = kept.replace("-", ".")
    return f"{kept}@{domain}"
