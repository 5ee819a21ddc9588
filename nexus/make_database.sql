-- Run by PostgreSQL's image when its volume is new, and once by hand when an installation of one role becomes one of two
-- (docs/operations.md); harmless to repeat. `nexus` owns the database and migrates, `nexus_app` runs the product.
\set ON_ERROR_STOP on
\getenv owner_password NEXUS_DB_PASSWORD
\getenv app_password NEXUS_APP_DB_PASSWORD
SELECT format('CREATE ROLE %I LOGIN', name) FROM unnest(ARRAY['nexus', 'nexus_app']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE nexus PASSWORD :'owner_password';
ALTER ROLE nexus_app PASSWORD :'app_password';
SELECT 'CREATE DATABASE nexus OWNER nexus' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'nexus') \gexec
-- What is refused stands in the server's log without its statement and its rows: those are people's names and addresses.
SELECT format('ALTER ROLE %I SET %s', name, setting) FROM unnest(ARRAY['nexus', 'nexus_app']) AS name,
unnest(ARRAY['log_min_error_statement = panic', 'log_error_verbosity = terse']) AS setting \gexec
