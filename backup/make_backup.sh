#!/usr/bin/env bash
# One dump of the database, encrypted before it touches a disk: pg_dump | age. Older ones are removed after KEEP_DAYS.
#
#   PGHOST, PGPORT, PGUSER, PGPASSWORD (or PGPASSFILE), PGDATABASE   the database; the role that owns it
#   AGE_RECIPIENT   who can read it: a public key, age1…; its private key is kept elsewhere
#   BACKUP_FOLDER   where to (/backups)        KEEP_DAYS   how long (30)
set -euo pipefail
umask 077

: "${AGE_RECIPIENT:?the public key that age encrypts to, age1...}"
folder=${BACKUP_FOLDER:-/backups}
keep=${KEEP_DAYS:-30}
[[ $keep =~ ^[1-9][0-9]*$ ]] || { echo "KEEP_DAYS must be a whole number above zero, not '$keep'" >&2; exit 1; }
mkdir -p "$folder"

name=nexus-$(date -u +%Y%m%dT%H%M%SZ).dump.age
draft=$folder/.$name.part
trap 'rm -f "$draft"' EXIT
# A half never counts: the name comes with the last byte, and a failure of either side ends it.
pg_dump --format custom --no-password | age --encrypt --recipient "$AGE_RECIPIENT" --output "$draft"
sync "$draft"
mv "$draft" "$folder/$name"
find "$folder" -maxdepth 1 -name 'nexus-*.dump.age' -mmin "+$((keep * 1440))" -delete
find "$folder" -maxdepth 1 -name '.nexus-*.part' -mmin +1440 -delete
echo "$folder/$name"
