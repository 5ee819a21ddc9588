"""`make code FOR=curator@demo.example`: the second factor's code of a demo person, for who has no authenticator app."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import struct
import sys
import time
from pathlib import Path

from nexus.embedded.home import Home
from nexus.supervisor import ROOT, SIGN_INS

STEP = 30  # seconds (RFC 6238)


def main(email: str) -> int:
    """Print the code; 1 with a sentence on stderr when the demo's file names nobody of that address."""
    file = Home(Path(os.environ.get("NEXUS_STATE") or ROOT / ".nexus")).state / SIGN_INS
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    seeds = {words[0]: words[2] for words in map(str.split, lines) if len(words) == 3}
    if email not in seeds:
        print(f"{email} is nobody of this demo with a second factor.", file=sys.stderr)
        return 1
    print(code_of(seeds[email], time.time()))
    return 0


def code_of(seed: str, at: float) -> str:
    """Six digits (RFC 6238, SHA-1) of a base32 seed at a moment of Unix time."""
    key = base64.b32decode(seed + "=" * (-len(seed) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(at) // STEP), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
