CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- Without diacritics first, then the language's stemmer: people type Romanian without them.
CREATE TEXT SEARCH CONFIGURATION nexus_ro (COPY = pg_catalog.romanian);
ALTER TEXT SEARCH CONFIGURATION nexus_ro
    ALTER MAPPING FOR asciiword, word, asciihword, hword, hword_asciipart, hword_part WITH unaccent, romanian_stem;
CREATE TEXT SEARCH CONFIGURATION nexus_ru (COPY = pg_catalog.russian);
ALTER TEXT SEARCH CONFIGURATION nexus_ru
    ALTER MAPPING FOR word, hword, hword_part WITH unaccent, russian_stem;
ALTER TEXT SEARCH CONFIGURATION nexus_ru
    ALTER MAPPING FOR asciiword, asciihword, hword_asciipart WITH unaccent, simple;
CREATE TEXT SEARCH CONFIGURATION nexus_en (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION nexus_en
    ALTER MAPPING FOR asciiword, word, asciihword, hword, hword_asciipart, hword_part WITH unaccent, english_stem;

CREATE FUNCTION nexus_fold(value text) RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE AS
$$ SELECT lower(unaccent('unaccent', value)) $$;

-- Romanian changes the vowel of a root (pașaport, pașapoarte; plec, pleacă): oa and ea are read as o and e.
CREATE FUNCTION nexus_prepare(language text, value text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$
    SELECT CASE language
        WHEN 'ro' THEN replace(replace(nexus_fold(coalesce(value, '')), 'oa', 'o'), 'ea', 'e')
        ELSE nexus_fold(coalesce(value, ''))
    END
$$;

-- What the stemmers leave of articles and verb endings, so that părintele meets părinte and отправка отправить.
CREATE FUNCTION nexus_trim(language text, vector tsvector) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$
    SELECT CASE language
        WHEN 'ro' THEN regexp_replace(vector::text,
            '([[:alpha:]]{4})(el|er|et|ul|or|ez|esc|at|it|ut|ind|and|eri)'':', '\1'':', 'g')::tsvector
        WHEN 'ru' THEN regexp_replace(vector::text,
            '([[:alpha:]]{4})(ыва|ива|ова|ева|лен|ля|ан|л|к|а|я)'':', '\1'':', 'g')::tsvector
        ELSE vector
    END
$$;

CREATE FUNCTION nexus_vector(language text, value text) RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE AS
$$
    SELECT nexus_trim(language, to_tsvector(
        CASE language WHEN 'ro' THEN 'nexus_ro' WHEN 'ru' THEN 'nexus_ru' ELSE 'nexus_en' END::regconfig,
        nexus_prepare(language, value)
    ))
$$;

-- Lexemes of a short phrase without the little words that the Romanian stemmer keeps.
CREATE FUNCTION nexus_lexemes(language text, value text) RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS
$$
    SELECT coalesce(array_agg(lexeme ORDER BY positions[1]), '{}')
    FROM unnest(nexus_vector(language, value))
    WHERE NOT (language = 'ro' AND lexeme IN
        ('de', 'la', 'in', 'pe', 'cu', 'si', 'sau', 'din', 'al', 'ale', 'a', 'ai', 'un', 'o', 'pentr', 'pentru', 'prin', 'se', 'sa'))
$$;

-- A set of values of one facet, and one set for each of the nine facets: what many services share is kept once.
CREATE TABLE services_facetset (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    facet smallint NOT NULL,
    codes text[] NOT NULL,
    UNIQUE (facet, codes)
);
CREATE TABLE services_facetcombination (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sets integer[] NOT NULL UNIQUE CHECK (cardinality(sets) = 9)
);

-- One row for each published service and language: what a page is ordered and ranked by.
CREATE SEQUENCE services_searchdocument_number AS integer;
CREATE TABLE services_searchdocument (
    language text NOT NULL CHECK (language IN ('ro', 'ru', 'en')),
    number integer NOT NULL,
    combination_id integer NOT NULL REFERENCES services_facetcombination (id),
    service_id uuid NOT NULL,
    verified_on date,
    title text NOT NULL,
    head tsvector NOT NULL,
    vector tsvector NOT NULL,
    tail tsvector NOT NULL,
    PRIMARY KEY (language, service_id),
    UNIQUE (language, number)
) PARTITION BY LIST (language);
-- What is found by: bare lexemes in narrow rows, because a common word has tens of thousands of rows to visit.
CREATE TABLE services_searchhead (
    language text NOT NULL,
    number integer NOT NULL,
    combination_id integer NOT NULL,
    words tsvector NOT NULL,
    PRIMARY KEY (language, number)
) PARTITION BY LIST (language);
CREATE TABLE services_searchbody (LIKE services_searchhead, PRIMARY KEY (language, number))
    PARTITION BY LIST (language);
DO $$
DECLARE
    part text;
    code text;
BEGIN
    FOREACH code IN ARRAY ARRAY['ro', 'ru', 'en'] LOOP
        FOREACH part IN ARRAY ARRAY['document', 'head', 'body'] LOOP
            EXECUTE format('CREATE TABLE services_search%s_%s PARTITION OF services_search%1$s FOR VALUES IN (%2$L)',
                part, code);
        END LOOP;
    END LOOP;
END
$$;
CREATE INDEX services_searchhead_words ON services_searchhead USING gin (words);
CREATE INDEX services_searchbody_words ON services_searchbody USING gin (words);
CREATE INDEX services_searchdocument_tail ON services_searchdocument USING gin (tail);
CREATE INDEX services_searchdocument_title ON services_searchdocument (title, number);
CREATE INDEX services_searchdocument_fresh ON services_searchdocument (verified_on DESC NULLS LAST, title, number);
CREATE INDEX services_searchdocument_combination ON services_searchdocument (combination_id);

-- How many services use a lexeme; the row with the empty lexeme counts the services themselves.
CREATE TABLE services_searchterm (
    language text NOT NULL,
    lexeme text NOT NULL,
    in_head integer NOT NULL DEFAULT 0,
    in_vector integer NOT NULL DEFAULT 0,
    in_tail integer NOT NULL DEFAULT 0,
    PRIMARY KEY (language, lexeme)
);
CREATE INDEX services_searchterm_prefix ON services_searchterm (language, lexeme text_pattern_ops);

-- Words as they are written, for mending what was mistyped and completing what was begun.
CREATE TABLE services_searchword (
    language text NOT NULL,
    word text NOT NULL,
    shown text NOT NULL,
    lexeme text NOT NULL,
    PRIMARY KEY (language, word)
);
CREATE INDEX services_searchword_trigram ON services_searchword USING gin (word gin_trgm_ops);
CREATE INDEX services_searchword_prefix ON services_searchword (language, word text_pattern_ops);

-- Words that share enough letter triples to be the same word mistyped; a swap of two letters leaves few.
CREATE FUNCTION services_search_near(code text, mistyped text)
RETURNS TABLE (word text, shown text, lexeme text) LANGUAGE sql STABLE
SET pg_trgm.similarity_threshold = 0.2 AS
$$
    SELECT w.word, w.shown, w.lexeme FROM services_searchword AS w
    WHERE w.language = code AND w.word % mistyped
    ORDER BY similarity(w.word, mistyped) DESC LIMIT 30
$$;

CREATE FUNCTION services_search_learn(code text, source text) RETURNS void LANGUAGE sql AS
$$
    INSERT INTO services_searchword (language, word, shown, lexeme)
    SELECT DISTINCT ON (word) code, word, shown, lexeme
    FROM (
        SELECT nexus_fold(shown) AS word, shown,
               (tsvector_to_array(nexus_vector(code, shown)))[1] AS lexeme
        FROM (SELECT DISTINCT match[1] AS shown
              FROM regexp_matches(lower(source), '[[:alpha:]]{3,40}', 'g') AS match) AS raw
    ) AS learned
    WHERE lexeme IS NOT NULL
    ORDER BY word, (shown <> word) DESC
    ON CONFLICT (language, word) DO NOTHING
$$;

CREATE FUNCTION services_facets_of(ids uuid[]) RETURNS TABLE (service_id uuid, facet smallint, codes text[])
LANGUAGE sql STABLE AS
$$
    SELECT service.id, f.facet::smallint,
           ARRAY(SELECT DISTINCT code FROM unnest(f.codes) AS code WHERE code <> '' ORDER BY code)
    FROM services_service AS service
    JOIN services_category AS category ON category.id = service.category_id
    LEFT JOIN services_category AS parent ON parent.id = category.parent_id
    JOIN services_provider AS provider ON provider.id = service.provider_id
    CROSS JOIN LATERAL (VALUES
        (1, service.phases::text[]),
        (2, ARRAY[category.key, coalesce(parent.key, '')]::text[]),
        (3, service.audiences::text[]),
        (4, service.destination_countries::text[]),
        (5, ARRAY[service.cost_type]::text[]),
        (6, service.modes::text[]),
        (7, service.languages::text[]),
        -- A nationwide service is offered in every district: naming some beside it would count it twice.
        (8, CASE WHEN 'nationwide' = ANY (service.coverage::text[])
            THEN ARRAY(SELECT c FROM unnest(service.coverage::text[]) AS c
                       WHERE c IN ('nationwide', 'abroad', 'online'))
            ELSE service.coverage::text[] END),
        (9, ARRAY[provider.sector]::text[])
    ) AS f (facet, codes)
    WHERE service.id = ANY (ids) AND service.status = 'published'
$$;

CREATE FUNCTION services_search_forget(ids uuid[]) RETURNS void LANGUAGE sql AS
$$
    WITH gone AS (
        DELETE FROM services_searchdocument WHERE service_id = ANY (ids) RETURNING language, number
    ), head AS (
        DELETE FROM services_searchhead USING gone
        WHERE services_searchhead.language = gone.language AND services_searchhead.number = gone.number
    )
    DELETE FROM services_searchbody USING gone
    WHERE services_searchbody.language = gone.language AND services_searchbody.number = gone.number
$$;

-- Bring the rows of some services up to date, in three languages, in a few statements.
CREATE FUNCTION services_search_write(ids uuid[]) RETURNS void LANGUAGE plpgsql AS
$$
DECLARE
    code text;
    source text;
BEGIN
    PERFORM services_search_forget(ARRAY(
        SELECT id FROM unnest(ids) AS id
        WHERE NOT EXISTS (SELECT FROM services_service AS s WHERE s.id = id.id AND s.status = 'published')));
    INSERT INTO services_facetset (facet, codes)
    SELECT DISTINCT f.facet, f.codes FROM services_facets_of(ids) AS f ORDER BY 1, 2
    ON CONFLICT DO NOTHING;
    -- Materialised here and below: on tables that were never analysed (a first import) the planner would else
    -- work the function out anew for every row.
    INSERT INTO services_facetcombination (sets)
    WITH f AS MATERIALIZED (SELECT * FROM services_facets_of(ids))
    SELECT DISTINCT array_agg(s.id ORDER BY f.facet) AS sets
    FROM f JOIN services_facetset AS s USING (facet, codes)
    GROUP BY f.service_id
    ORDER BY sets
    ON CONFLICT DO NOTHING;
    FOREACH code IN ARRAY ARRAY['ro', 'ru', 'en'] LOOP
        EXECUTE format($query$
            WITH f AS MATERIALIZED (
                SELECT * FROM services_facets_of($1)
            ), combined AS MATERIALIZED (
                SELECT f.service_id, array_agg(s.id ORDER BY f.facet) AS sets
                FROM f JOIN services_facetset AS s USING (facet, codes)
                GROUP BY f.service_id
            ), countries AS MATERIALIZED (
                SELECT s.id, cardinality(s.destination_countries) AS size,
                       string_agg(c.name_%1$s || ' ' || coalesce((
                           SELECT string_agg(word, ' ')
                           FROM jsonb_array_elements_text(
                               CASE jsonb_typeof(c.search_words -> %1$L)
                                   WHEN 'array' THEN c.search_words -> %1$L ELSE '[]' END) AS word), ''), ' ') AS names
                FROM services_service AS s
                JOIN services_country AS c ON c.iso2 = ANY (s.destination_countries)
                WHERE s.id = ANY ($1)
                GROUP BY s.id
            ), parts AS MATERIALIZED (
                SELECT s.id, combination.id AS combination_id, s.verified_on, nexus_fold(s.name_%1$s) AS title,
                    setweight(nexus_vector(%1$L, s.name_%1$s), 'A') || setweight(
                        nexus_vector(%1$L, concat_ws(' . ', category.name_%1$s, provider.name_%1$s,
                            array_to_string(provider.abbreviations, ' '),
                            CASE WHEN countries.size <= 3 THEN countries.names END)), 'B') AS head,
                    setweight(nexus_vector(%1$L, s.summary_%1$s), 'C') || setweight(
                        nexus_vector(%1$L, concat_ws(' . ', s.description_%1$s, s.eligibility_%1$s,
                            CASE WHEN countries.size > 3 THEN countries.names END)), 'D') AS body,
                    nexus_vector(%1$L, concat_ws(' . ', array_to_string(s.documents_%1$s, ' . '),
                        array_to_string(s.steps_%1$s, ' . '), s.legal_basis_%1$s, parent.name_%1$s)) AS tail
                FROM services_service AS s
                JOIN combined ON combined.service_id = s.id
                JOIN services_facetcombination AS combination USING (sets)
                JOIN services_category AS category ON category.id = s.category_id
                LEFT JOIN services_category AS parent ON parent.id = category.parent_id
                JOIN services_provider AS provider ON provider.id = s.provider_id
                LEFT JOIN countries ON countries.id = s.id
            )
            INSERT INTO services_searchdocument AS document
                (language, number, combination_id, service_id, verified_on, title, head, vector, tail)
            SELECT %1$L, coalesce(
                       (SELECT other.number FROM services_searchdocument AS other
                        WHERE other.service_id = parts.id LIMIT 1),
                       nextval('services_searchdocument_number')),
                   combination_id, id, verified_on, title, head, head || body, tail
            FROM parts
            ON CONFLICT (language, service_id) DO UPDATE SET
                combination_id = excluded.combination_id, verified_on = excluded.verified_on,
                title = excluded.title, head = excluded.head, vector = excluded.vector, tail = excluded.tail
        $query$, code) USING ids;
        INSERT INTO services_searchhead (language, number, combination_id, words)
        SELECT language, number, combination_id, strip(head)
        FROM services_searchdocument WHERE language = code AND service_id = ANY (ids)
        ON CONFLICT (language, number) DO UPDATE
            SET combination_id = excluded.combination_id, words = excluded.words;
        INSERT INTO services_searchbody (language, number, combination_id, words)
        SELECT language, number, combination_id, strip(vector)
        FROM services_searchdocument WHERE language = code AND service_id = ANY (ids)
        ON CONFLICT (language, number) DO UPDATE
            SET combination_id = excluded.combination_id, words = excluded.words;
        -- Who writes very many services at once counts and learns afterwards, and says so.
        CONTINUE WHEN current_setting('nexus.bulk', true) = 'on';
        EXECUTE format($query$
            INSERT INTO services_searchterm (language, lexeme, in_head, in_vector, in_tail)
            SELECT %1$L, lexeme, max(in_head), max(in_vector), max(in_tail)
            FROM (
                SELECT unnest(tsvector_to_array(head)) AS lexeme, 1 AS in_head, 1 AS in_vector, 0 AS in_tail
                FROM services_searchdocument WHERE language = %1$L AND service_id = ANY ($1)
                UNION ALL
                SELECT unnest(tsvector_to_array(vector)), 0, 1, 0
                FROM services_searchdocument WHERE language = %1$L AND service_id = ANY ($1)
                UNION ALL
                SELECT unnest(tsvector_to_array(tail)), 0, 0, 1
                FROM services_searchdocument WHERE language = %1$L AND service_id = ANY ($1)
            ) AS used
            GROUP BY lexeme
            ORDER BY lexeme  -- everyone in one order, so that two writers never wait for each other in a circle
            ON CONFLICT (language, lexeme) DO UPDATE SET
                in_head = greatest(services_searchterm.in_head, excluded.in_head),
                in_vector = greatest(services_searchterm.in_vector, excluded.in_vector),
                in_tail = greatest(services_searchterm.in_tail, excluded.in_tail)
        $query$, code) USING ids;
        EXECUTE format($query$
            SELECT string_agg(concat_ws(' ', s.name_%1$s, s.summary_%1$s, s.description_%1$s, s.eligibility_%1$s,
                       category.name_%1$s, provider.name_%1$s, array_to_string(s.documents_%1$s, ' '),
                       array_to_string(s.steps_%1$s, ' ')), ' ')
            FROM services_service AS s
            JOIN services_category AS category ON category.id = s.category_id
            JOIN services_provider AS provider ON provider.id = s.provider_id
            WHERE s.id = ANY ($1) AND s.status = 'published'
        $query$, code) INTO source USING ids;
        PERFORM services_search_learn(code, source) WHERE source IS NOT NULL;
    END LOOP;
END
$$;

-- Count anew how many services use each lexeme; forget those that none uses any more.
CREATE FUNCTION services_search_refresh() RETURNS void LANGUAGE plpgsql AS
$$
DECLARE
    code text;
BEGIN
    FOREACH code IN ARRAY ARRAY['ro', 'ru', 'en'] LOOP
        CREATE TEMPORARY TABLE counted ON COMMIT DROP AS
            SELECT word AS lexeme, ndoc AS in_head, 0 AS in_vector, 0 AS in_tail
            FROM ts_stat(format('SELECT words FROM services_searchhead WHERE language = %L', code))
            UNION ALL
            SELECT word, 0, ndoc, 0
            FROM ts_stat(format('SELECT words FROM services_searchbody WHERE language = %L', code))
            UNION ALL
            SELECT word, 0, 0, ndoc
            FROM ts_stat(format('SELECT tail FROM services_searchdocument WHERE language = %L', code))
            UNION ALL
            SELECT '', 0, count(*)::integer, 0 FROM services_searchdocument WHERE language = code;
        INSERT INTO services_searchterm AS term (language, lexeme, in_head, in_vector, in_tail)
        SELECT code, lexeme, sum(in_head), sum(in_vector), sum(in_tail) FROM counted GROUP BY lexeme
        ORDER BY lexeme
        ON CONFLICT (language, lexeme) DO UPDATE SET
            in_head = excluded.in_head, in_vector = excluded.in_vector, in_tail = excluded.in_tail
        WHERE (term.in_head, term.in_vector, term.in_tail)
            IS DISTINCT FROM (excluded.in_head, excluded.in_vector, excluded.in_tail);
        DELETE FROM services_searchterm AS term
        WHERE term.language = code AND NOT EXISTS (SELECT FROM counted WHERE counted.lexeme = term.lexeme)
          -- A service that was written while this counted brings its words along.
          AND NOT EXISTS (SELECT FROM services_searchbody AS late
                          WHERE late.language = code AND late.words @@ quote_literal(nullif(term.lexeme, ''))::tsquery)
          AND NOT EXISTS (SELECT FROM services_searchdocument AS late
                          WHERE late.language = code AND late.tail @@ quote_literal(nullif(term.lexeme, ''))::tsquery);
        DELETE FROM services_searchword AS word
        WHERE word.language = code
          AND NOT EXISTS (SELECT FROM services_searchterm AS term
                          WHERE term.language = code AND term.lexeme = word.lexeme)
          AND NOT EXISTS (SELECT FROM services_synonym AS synonym
                          WHERE synonym.language = code AND word.lexeme = ANY (synonym.lexemes));
        DROP TABLE counted;
    END LOOP;
END
$$;

-- Forget sets of facet values that nothing uses any more; writers wait meanwhile, since they may need one again.
CREATE FUNCTION services_search_sweep() RETURNS void LANGUAGE plpgsql AS
$$
BEGIN
    LOCK TABLE services_facetset, services_facetcombination IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM services_facetcombination AS combination
    WHERE NOT EXISTS (SELECT FROM services_searchdocument AS d WHERE d.combination_id = combination.id);
    DELETE FROM services_facetset AS facetset
    WHERE NOT EXISTS (SELECT FROM services_facetcombination AS c WHERE facetset.id = c.sets[facetset.facet]);
END
$$;

CREATE FUNCTION services_search_on_service() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    PERFORM services_search_write(array_agg(id)) FROM changed HAVING count(*) > 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER services_service_search_insert AFTER INSERT ON services_service
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION services_search_on_service();
CREATE TRIGGER services_service_search_update AFTER UPDATE ON services_service
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION services_search_on_service();

-- Deleted by a trigger and not by a foreign key, so that emptying the table in one go needs no CASCADE.
CREATE FUNCTION services_search_on_delete() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    PERFORM services_search_forget(array_agg(id)) FROM gone HAVING count(*) > 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER services_service_search_delete AFTER DELETE ON services_service
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION services_search_on_delete();
CREATE FUNCTION services_search_on_truncate() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    TRUNCATE services_searchdocument, services_searchhead, services_searchbody;
    RETURN NULL;
END
$$;
CREATE TRIGGER services_service_search_truncate AFTER TRUNCATE ON services_service
    FOR EACH STATEMENT EXECUTE FUNCTION services_search_on_truncate();

CREATE FUNCTION services_search_on_provider() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    PERFORM services_search_write(array_agg(s.id))
    FROM services_service AS s JOIN changed ON s.provider_id = changed.id HAVING count(*) > 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER services_provider_search AFTER UPDATE ON services_provider
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION services_search_on_provider();

CREATE FUNCTION services_search_on_category() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    PERFORM services_search_write(array_agg(DISTINCT s.id))
    FROM services_service AS s
    JOIN services_category AS category ON category.id = s.category_id
    JOIN changed ON changed.id IN (category.id, category.parent_id) HAVING count(*) > 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER services_category_search AFTER UPDATE ON services_category
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION services_search_on_category();

CREATE FUNCTION services_search_on_country() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    PERFORM services_search_write(array_agg(DISTINCT s.id))
    FROM services_service AS s
    JOIN changed ON changed.iso2 = ANY (s.destination_countries) HAVING count(*) > 0;
    RETURN NULL;
END
$$;
CREATE TRIGGER services_country_search_insert AFTER INSERT ON services_country
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION services_search_on_country();
CREATE TRIGGER services_country_search_update AFTER UPDATE ON services_country
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION services_search_on_country();

CREATE INDEX services_synonym_lexemes ON services_synonym (language, lexemes);

-- Synonyms are kept as people write them and, beside that, as the index knows them.
CREATE FUNCTION services_synonym_fill() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    -- Without hyphens: a question is cut into words at them, the parser would keep the compound as well.
    NEW.lexemes := nexus_lexemes(NEW.language, replace(NEW.term, '-', ' '));
    NEW.queries := ARRAY(
        SELECT (SELECT string_agg(quote_literal(lexeme), ' & ')
                FROM unnest(nexus_lexemes(NEW.language, replace(expansion, '-', ' '))) AS lexeme)
        FROM unnest(NEW.expansions) AS expansion
        WHERE cardinality(nexus_lexemes(NEW.language, expansion)) > 0);
    PERFORM services_search_learn(NEW.language, NEW.term);
    RETURN NEW;
END
$$;
CREATE TRIGGER services_synonym_fill BEFORE INSERT OR UPDATE ON services_synonym
    FOR EACH ROW EXECUTE FUNCTION services_synonym_fill();
