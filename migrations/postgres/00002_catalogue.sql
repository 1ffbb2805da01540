-- +goose Up
CREATE TABLE frameworks (
    id             text PRIMARY KEY,
    version        text NOT NULL,
    name_kk        text NOT NULL,
    name_ru        text NOT NULL,
    name_en        text NOT NULL,
    url            text,
    attribution_kk text NOT NULL,
    attribution_ru text NOT NULL,
    attribution_en text NOT NULL
);

CREATE TABLE framework_levels (
    framework_id text    NOT NULL REFERENCES frameworks (id) ON DELETE CASCADE,
    position     integer NOT NULL CHECK (position >= 0),
    code         text    NOT NULL,
    name_kk      text    NOT NULL,
    name_ru      text    NOT NULL,
    name_en      text    NOT NULL,
    level        integer NOT NULL CHECK (level BETWEEN 0 AND 8),
    PRIMARY KEY (framework_id, position)
);

CREATE TABLE competences (
    id           text PRIMARY KEY,
    framework_id text NOT NULL REFERENCES frameworks (id) ON DELETE CASCADE,
    code         text,
    uri          text,
    kind         text CHECK (kind IN ('knowledge', 'skill', 'tool')),
    label_kk     text NOT NULL,
    label_ru     text NOT NULL,
    label_en     text NOT NULL,
    synonyms     text NOT NULL, -- {"kk": [...], "ru": [...], "en": [...]}
    area_kk      text NOT NULL,
    area_ru      text NOT NULL,
    area_en      text NOT NULL,
    replaced_by  text
);
CREATE INDEX competences_framework ON competences (framework_id);

CREATE TABLE competence_relations (
    from_id  text    NOT NULL REFERENCES competences (id) ON DELETE CASCADE,
    kind     text    NOT NULL CHECK (kind IN ('broader', 'exact', 'close')),
    position integer NOT NULL CHECK (position >= 0),
    to_id    text    NOT NULL REFERENCES competences (id) ON DELETE CASCADE,
    PRIMARY KEY (from_id, kind, position)
);
CREATE INDEX competence_relations_to ON competence_relations (to_id);

-- The one row says what the tables above hold.
CREATE TABLE catalogue_edition (
    only_row boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    edition  text        NOT NULL,
    saved_at timestamptz NOT NULL
);
