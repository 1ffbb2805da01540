-- +goose Up
CREATE TABLE programmes (
    id               TEXT    PRIMARY KEY,
    organisation_id  TEXT    NOT NULL REFERENCES organisations (id),
    title_kk         TEXT    NOT NULL CHECK (length(title_kk) <= 200),
    title_ru         TEXT    NOT NULL CHECK (length(title_ru) <= 200),
    title_en         TEXT    NOT NULL CHECK (length(title_en) <= 200),
    description_kk   TEXT    NOT NULL CHECK (length(description_kk) <= 10000),
    description_ru   TEXT    NOT NULL CHECK (length(description_ru) <= 10000),
    description_en   TEXT    NOT NULL CHECK (length(description_en) <= 10000),
    kind             TEXT    CHECK (kind IN ('bachelor', 'master', 'college', 'short_course', 'micro_credential', 'bootcamp')),
    mode             TEXT    CHECK (mode IN ('onsite', 'blended', 'online')),
    languages        TEXT    NOT NULL, -- ["kk", "ru"]
    regions          TEXT    NOT NULL, -- ["KZ-71"]
    weeks            INTEGER CHECK (weeks BETWEEN 1 AND 520),
    hours            INTEGER CHECK (hours BETWEEN 1 AND 20000),
    ects             INTEGER CHECK (ects BETWEEN 1 AND 600),
    price_amount     INTEGER CHECK (price_amount BETWEEN 0 AND 1000000000000),
    price_currency   TEXT    CHECK (length(price_currency) = 3),
    funding          TEXT    NOT NULL, -- ["grant"]
    nqf_level        INTEGER CHECK (nqf_level BETWEEN 1 AND 8),
    segments         TEXT    NOT NULL, -- ["youth"]
    sectors          TEXT    NOT NULL, -- ["J"]
    url              TEXT    CHECK (length(url) <= 2000),
    source_name      TEXT,
    source_reference TEXT,
    source_url       TEXT,
    status           TEXT    NOT NULL CHECK (status IN ('draft', 'published', 'archived')),
    published_at     TEXT,
    archived_at      TEXT,
    created_at       TEXT    NOT NULL,
    updated_at       TEXT    NOT NULL,
    version          INTEGER NOT NULL CHECK (version > 0),
    CHECK ((price_currency IS NULL) = (price_amount IS NULL)),
    CHECK ((source_name IS NULL) = (source_reference IS NULL))
) STRICT;
CREATE INDEX programmes_organisation ON programmes (organisation_id, created_at DESC, id DESC);
CREATE INDEX programmes_published ON programmes (id) WHERE status = 'published';
CREATE INDEX programmes_source ON programmes (source_name, source_reference) WHERE source_name IS NOT NULL;

CREATE TABLE programme_outcomes (
    programme_id  TEXT    NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
    position      INTEGER NOT NULL CHECK (position BETWEEN 0 AND 199),
    competence_id TEXT    NOT NULL CHECK (length(competence_id) BETWEEN 1 AND 120),
    level         INTEGER NOT NULL CHECK (level BETWEEN 1 AND 8),
    level_source  TEXT    NOT NULL CHECK (level_source IN ('declared', 'inferred', 'assumed')),
    PRIMARY KEY (programme_id, position),
    UNIQUE (programme_id, competence_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE programme_prerequisites (
    programme_id  TEXT    NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
    position      INTEGER NOT NULL CHECK (position BETWEEN 0 AND 49),
    competence_id TEXT    NOT NULL CHECK (length(competence_id) BETWEEN 1 AND 120),
    level         INTEGER NOT NULL CHECK (level BETWEEN 1 AND 8),
    level_source  TEXT    NOT NULL CHECK (level_source IN ('declared', 'inferred', 'assumed')),
    PRIMARY KEY (programme_id, position),
    UNIQUE (programme_id, competence_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE programme_intakes (
    programme_id TEXT    NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
    position     INTEGER NOT NULL CHECK (position BETWEEN 0 AND 99),
    starts_on    TEXT    NOT NULL,
    ends_on      TEXT    CHECK (ends_on >= starts_on),
    apply_by     TEXT,
    seats        INTEGER CHECK (seats BETWEEN 1 AND 1000000),
    region       TEXT    CHECK (length(region) = 5),
    PRIMARY KEY (programme_id, position)
) STRICT, WITHOUT ROWID;
