#!/usr/bin/env bash
# The way back: age | pg_restore into an empty database. Nothing is written to a disk in between.
#
#   restore_backup.sh FILE IDENTITY      FILE as make_backup.sh wrote it; IDENTITY is the file of the private key
#
#   PGHOST, PGPORT, PGUSER, PGPASSWORD (or PGPASSFILE), PGDATABASE   the database; the role that owns it
# Both roles must be there (nexus/make_database.sql). After it: manage.py migrate, manage.py prepare_database.
set -euo pipefail

file=${1:?the backup} identity=${2:?the file of the private key}
tables=$(psql --no-psqlrc --no-password --tuples-only --no-align \
  --command "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
if [[ $tables != 0 ]]; then
  echo "The database $PGDATABASE is not empty ($tables tables): nothing was changed." >&2
  exit 1
fi
# In one transaction: a file that is cut short or changed leaves the database empty.
age --decrypt --identity "$identity" "$file" |
  pg_restore --no-password --exit-on-error --single-transaction --dbname "$PGDATABASE"
