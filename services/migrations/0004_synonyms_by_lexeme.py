"""Synonyms are found by any of their lexemes, so that a question does not read all of them."""

from django.db import migrations

CREATE = """
CREATE INDEX services_synonym_any_lexeme ON services_synonym USING gin (lexemes) WITH (fastupdate = off);
"""
DROP = "DROP INDEX services_synonym_any_lexeme;"


class Migration(migrations.Migration):
    dependencies = [("services", "0003_nearest_services")]

    operations = [migrations.RunSQL(CREATE, DROP)]
