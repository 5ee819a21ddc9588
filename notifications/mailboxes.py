"""Which addresses are one mailbox, so that a limit holds for its owner and not for each way of writing it. No I/O."""

from __future__ import annotations

import re

from django.utils.encoding import punycode

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
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
}
HYPHENS = frozenset({"yandex.ru"})  # where a dot and a hyphen are the same


def mailbox_of(address: str) -> str:
    """The mailbox behind an e-mail address: small letters, nothing after a plus, the provider's own rules.

    The domain counts as servers are asked for it, so that look-alikes and invisible signs of one are one.
    """
    local, _at, domain = address.strip().lower().rpartition("@")
    local, domain = _bare(local), _as_sent(domain)
    domain = SAME.get(domain, domain)
    local = local.partition("+")[0] or local
    kept = "".join(sign for sign in local if sign not in IGNORED.get(domain, "")) or local
    if domain in HYPHENS:
        kept = kept.replace("-", ".")
    return f"{kept}@{domain}"


def _bare(local: str) -> str:
    """A quoted part before the @ is the same as the bare one (RFC 5321, 4.1.2)."""
    return re.sub(r"\\(.)", r"\1", local[1:-1]) if len(local) > 2 and local[0] == local[-1] == '"' else local


def _as_sent(domain: str) -> str:
    try:
        return punycode(domain)
    except UnicodeError:  # no mail goes there
        return domain
