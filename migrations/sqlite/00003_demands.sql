-- +goose Up
CREATE TABLE demands (
    id               TEXT    PRIMARY KEY,
    organisation_id  TEXT    NOT NULL REFERENCES organisations (id),
    title_kk         TEXT    NOT NULL CHECK (length(title_kk) <= 200),
    title_ru         TEXT    NOT NULL CHECK (length(title_ru) <= 200),
    title_en         TEXT    NOT NULL CHECK (length(title_en) <= 200),
    description_kk   TEXT    NOT NULL CHECK (length(description_kk) <= 10000),
    description_ru   TEXT    NOT NULL CHECK (length(description_ru) <= 10000),
    description_en   TEXT    NOT NULL CHECK (length(description_en) <= 10000),
    kind             TEXT    CHECK (kind IN ('job', 'internship', 'apprenticeship', 'upskilling')),
    occupation       TEXT    CHECK (length(occupation) = 4),
    sector           TEXT    CHECK (sector BETWEEN 'A' AND 'U' AND length(sector) = 1),
    region           TEXT    CHECK (length(region) = 5),
    work_mode        TEXT    CHECK (work_mode IN ('onsite', 'hybrid', 'remote')),
    openings         INTEGER NOT NULL CHECK (openings BETWEEN 0 AND 100000),
    languages        TEXT    NOT NULL, -- ["kk", "ru"]
    salary_min       INTEGER CHECK (salary_min BETWEEN 0 AND 1000000000000),
    salary_max       INTEGER CHECK (salary_max BETWEEN 0 AND 1000000000000),
    salary_currency  TEXT    CHECK (length(salary_currency) = 3),
    valid_through    TEXT,
    source_name      TEXT,
    source_reference TEXT,
    source_url       TEXT,
    status           TEXT    NOT NULL CHECK (status IN ('draft', 'published', 'closed')),
    closed_because   TEXT    CHECK (closed_because IN ('owner', 'expired')),
    published_at     TEXT,
    closed_at        TEXT,
    created_at       TEXT    NOT NULL,
    updated_at       TEXT    NOT NULL,
    version          INTEGER NOT NULL CHECK (version > 0),
    CHECK ((salary_currency IS NULL) = (salary_min IS NULL) AND (salary_currency IS NULL) = (salary_max IS NULL)),
    CHECK ((source_name IS NULL) = (source_reference IS NULL))
) STRICT;
CREATE INDEX demands_organisation ON demands (organisation_id, created_at DESC, id DESC);
CREATE INDEX demands_published ON demands (id) WHERE status = 'published';
CREATE INDEX demands_expiry ON demands (valid_through, id) WHERE status = 'published';
CREATE INDEX demands_source ON demands (source_name, source_reference) WHERE source_name IS NOT NULL;

CREATE TABLE demand_requirements (
    demand_id     TEXT    NOT NULL REFERENCES demands (id) ON DELETE CASCADE,
    position      INTEGER NOT NULL CHECK (position BETWEEN 0 AND 199),
    competence_id TEXT    NOT NULL CHECK (length(competence_id) BETWEEN 1 AND 120),
    level         INTEGER NOT NULL CHECK (level BETWEEN 1 AND 8),
    level_source  TEXT    NOT NULL CHECK (level_source IN ('declared', 'inferred', 'assumed')),
    importance    TEXT    NOT NULL CHECK (importance IN ('must', 'should', 'nice')),
    PRIMARY KEY (demand_id, position),
    UNIQUE (demand_id, competence_id)
) STRICT, WITHOUT ROWID;
