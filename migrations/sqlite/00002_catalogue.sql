-- +goose Up
CREATE TABLE frameworks (
    id             TEXT PRIMARY KEY,
    version        TEXT NOT NULL,
    name_kk        TEXT NOT NULL,
    name_ru        TEXT NOT NULL,
    name_en        TEXT NOT NULL,
    url            TEXT,
    attribution_kk TEXT NOT NULL,
    attribution_ru TEXT NOT NULL,
    attribution_en TEXT NOT NULL
) STRICT;

CREATE TABLE framework_levels (
    framework_id TEXT    NOT NULL REFERENCES frameworks (id) ON DELETE CASCADE,
    position     INTEGER NOT NULL CHECK (position >= 0),
    code         TEXT    NOT NULL,
    name_kk      TEXT    NOT NULL,
    name_ru      TEXT    NOT NULL,
    name_en      TEXT    NOT NULL,
    level        INTEGER NOT NULL CHECK (level BETWEEN 0 AND 8),
    PRIMARY KEY (framework_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE competences (
    id           TEXT PRIMARY KEY,
    framework_id TEXT NOT NULL REFERENCES frameworks (id) ON DELETE CASCADE,
    code         TEXT,
    uri          TEXT,
    kind         TEXT CHECK (kind IN ('knowledge', 'skill', 'tool')),
    label_kk     TEXT NOT NULL,
    label_ru     TEXT NOT NULL,
    label_en     TEXT NOT NULL,
    synonyms     TEXT NOT NULL, -- {"kk": [...], "ru": [...], "en": [...]}
    area_kk      TEXT NOT NULL,
    area_ru      TEXT NOT NULL,
    area_en      TEXT NOT NULL,
    replaced_by  TEXT
) STRICT;
CREATE INDEX competences_framework ON competences (framework_id);

CREATE TABLE competence_relations (
    from_id  TEXT    NOT NULL REFERENCES competences (id) ON DELETE CASCADE,
    kind     TEXT    NOT NULL CHECK (kind IN ('broader', 'exact', 'close')),
    position INTEGER NOT NULL CHECK (position >= 0),
    to_id    TEXT    NOT NULL REFERENCES competences (id) ON DELETE CASCADE,
    PRIMARY KEY (from_id, kind, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX competence_relations_to ON competence_relations (to_id);

-- The one row says what the tables above hold.
CREATE TABLE catalogue_edition (
    only_row INTEGER PRIMARY KEY DEFAULT 1 CHECK (only_row = 1),
    edition  TEXT    NOT NULL,
    saved_at TEXT    NOT NULL
) STRICT;
