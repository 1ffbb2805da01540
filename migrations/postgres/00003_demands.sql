-- +goose Up
CREATE TABLE demands (
    id               uuid PRIMARY KEY,
    organisation_id  uuid        NOT NULL REFERENCES organisations (id),
    title_kk         text        NOT NULL CHECK (length(title_kk) <= 200),
    title_ru         text        NOT NULL CHECK (length(title_ru) <= 200),
    title_en         text        NOT NULL CHECK (length(title_en) <= 200),
    description_kk   text        NOT NULL CHECK (length(description_kk) <= 10000),
    description_ru   text        NOT NULL CHECK (length(description_ru) <= 10000),
    description_en   text        NOT NULL CHECK (length(description_en) <= 10000),
    kind             text        CHECK (kind IN ('job', 'internship', 'apprenticeship', 'upskilling')),
    occupation       text        CHECK (length(occupation) = 4),
    sector           text        CHECK (sector BETWEEN 'A' AND 'U' AND length(sector) = 1),
    region           text        CHECK (length(region) = 5),
    work_mode        text        CHECK (work_mode IN ('onsite', 'hybrid', 'remote')),
    openings         integer     NOT NULL CHECK (openings BETWEEN 0 AND 100000),
    languages        text        NOT NULL, -- ["kk", "ru"]
    salary_min       bigint      CHECK (salary_min BETWEEN 0 AND 1000000000000),
    salary_max       bigint      CHECK (salary_max BETWEEN 0 AND 1000000000000),
    salary_currency  text        CHECK (length(salary_currency) = 3),
    valid_through    date,
    source_name      text,
    source_reference text,
    source_url       text,
    status           text        NOT NULL CHECK (status IN ('draft', 'published', 'closed')),
    closed_because   text        CHECK (closed_because IN ('owner', 'expired')),
    published_at     timestamptz,
    closed_at        timestamptz,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    version          integer     NOT NULL CHECK (version > 0),
    CHECK ((salary_currency IS NULL) = (salary_min IS NULL) AND (salary_currency IS NULL) = (salary_max IS NULL)),
    CHECK ((source_name IS NULL) = (source_reference IS NULL))
);
CREATE INDEX demands_organisation ON demands (organisation_id, created_at DESC, id DESC);
CREATE INDEX demands_published ON demands (id) WHERE status = 'published';
CREATE INDEX demands_expiry ON demands (valid_through, id) WHERE status = 'published';
CREATE INDEX demands_source ON demands (source_name, source_reference) WHERE source_name IS NOT NULL;

CREATE TABLE demand_requirements (
    demand_id     uuid    NOT NULL REFERENCES demands (id) ON DELETE CASCADE,
    position      integer NOT NULL CHECK (position BETWEEN 0 AND 199),
    competence_id text    NOT NULL CHECK (length(competence_id) BETWEEN 1 AND 120),
    level         integer NOT NULL CHECK (level BETWEEN 1 AND 8),
    level_source  text    NOT NULL CHECK (level_source IN ('declared', 'inferred', 'assumed')),
    importance    text    NOT NULL CHECK (importance IN ('must', 'should', 'nice')),
    PRIMARY KEY (demand_id, position),
    UNIQUE (demand_id, competence_id)
);
