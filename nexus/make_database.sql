-- Run once by PostgreSQL's image when its volume is new: a role that owns its database, and nothing more.
\set ON_ERROR_STOP on
\getenv password NEXUS_DB_PASSWORD
CREATE ROLE nexus LOGIN PASSWORD :'password';
CREATE DATABASE nexus OWNER nexus;
