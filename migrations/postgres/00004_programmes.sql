-- +goose Up
CREATE TABLE programmes (
    id               uuid PRIMARY KEY,
    organisation_id  uuid        NOT NULL REFERENCES organisations (id),
    title_kk         text        NOT NULL CHECK (length(title_kk) <= 200),
    title_ru         text        NOT NULL CHECK (length(title_ru) <= 200),
    title_en         text        NOT NULL CHECK (length(title_en) <= 200),
    description_kk   text        NOT NULL CHECK (length(description_kk) <= 10000),
    description_ru   text        NOT NULL CHECK (length(description_ru) <= 10000),
    description_en   text        NOT NULL CHECK (length(description_en) <= 10000),
    kind             text        CHECK (kind IN ('bachelor', 'master', 'college', 'short_course', 'micro_credential', 'bootcamp')),
    mode             text        CHECK (mode IN ('onsite', 'blended', 'online')),
    languages        text        NOT NULL, -- ["kk", "ru"]
    regions          text        NOT NULL, -- ["KZ-71"]
    weeks            integer     CHECK (weeks BETWEEN 1 AND 520),
    hours            integer     CHECK (hours BETWEEN 1 AND 20000),
    ects             integer     CHECK (ects BETWEEN 1 AND 600),
    price_amount     bigint      CHECK (price_amount BETWEEN 0 AND 1000000000000),
    price_currency   text        CHECK (length(price_currency) = 3),
    funding          text        NOT NULL, -- ["grant"]
    nqf_level        integer     CHECK (nqf_level BETWEEN 1 AND 8),
    segments         text        NOT NULL, -- ["youth"]
    sectors          text        NOT NULL, -- ["J"]
    url              text        CHECK (length(url) <= 2000),
    source_name      text,
    source_reference text,
    source_url       text,
    status           text        NOT NULL CHECK (status IN ('draft', 'published', 'archived')),
    published_at     timestamptz,
    archived_at      timestamptz,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    version          integer     NOT NULL CHECK (version > 0),
    CHECK ((price_currency IS NULL) = (price_amount IS NULL)),
    CHECK ((source_name IS NULL) = (source_reference IS NULL))
);
CREATE INDEX programmes_organisation ON programmes (organisation_id, created_at DESC, id DESC);
CREATE INDEX programmes_published ON programmes (id) WHERE status = 'published';
CREATE INDEX programmes_source ON programmes (source_name, source_reference) WHERE source_name IS NOT NULL;

CREATE TABLE programme_outcomes (
    programme_id  uuid    NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
    position      integer NOT NULL CHECK (position BETWEEN 0 AND 199),
    competence_id text    NOT NULL CHECK (length(competence_id) BETWEEN 1 AND 120),
    level         integer NOT NULL CHECK (level BETWEEN 1 AND 8),
    level_source  text    NOT NULL CHECK (level_source IN ('declared', 'inferred', 'assumed')),
    PRIMARY KEY (programme_id, position),
    UNIQUE (programme_id, competence_id)
);

CREATE TABLE programme_prerequisites (
    programme_id  uuid    NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
    position      integer NOT NULL CHECK (position BETWEEN 0 AND 49),
    competence_id text    NOT NULL CHECK (length(competence_id) BETWEEN 1 AND 120),
    level         integer NOT NULL CHECK (level BETWEEN 1 AND 8),
    level_source  text    NOT NULL CHECK (level_source IN ('declared', 'inferred', 'assumed')),
    PRIMARY KEY (programme_id, position),
    UNIQUE (programme_id, competence_id)
);

CREATE TABLE programme_intakes (
    programme_id uuid    NOT NULL REFERENCES programmes (id) ON DELETE CASCADE,
    position     integer NOT NULL CHECK (position BETWEEN 0 AND 99),
    starts_on    date    NOT NULL,
    ends_on      date    CHECK (ends_on >= starts_on),
    apply_by     date,
    seats        integer CHECK (seats BETWEEN 1 AND 1000000),
    region       text    CHECK (length(region) = 5),
    PRIMARY KEY (programme_id, position)
);
