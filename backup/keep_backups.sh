#!/usr/bin/env bash
# One backup at once and one every day at BACKUP_AT (hours and minutes, UTC); a failed one is tried again after ten minutes.
set -euo pipefail
at=${BACKUP_AT:-02:40}
[[ $at =~ ^([01][0-9]|2[0-3]):[0-5][0-9]$ ]] || { echo "BACKUP_AT must look like 02:40, not '$at'" >&2; exit 1; }
trap 'kill $(jobs -p) 2>/dev/null || true; exit 0' TERM INT

rest() {
  sleep "$1" &
  wait $!
}

while true; do
  until "$(dirname "${BASH_SOURCE[0]}")/make_backup.sh"; do
    echo 'The backup failed; another try in ten minutes.' >&2
    rest 600
  done
  now=$(date -u +%s)
  next=$(date -u -d "today $at" +%s)
  ((next > now)) || next=$(date -u -d "tomorrow $at" +%s)
  rest $((next - now))
done
