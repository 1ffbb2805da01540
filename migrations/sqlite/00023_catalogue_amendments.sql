-- +goose Up
-- What administrators decided on competences; it stands over every version of their frameworks, and outlives them.
CREATE TABLE catalogue_amendments (
    competence_id TEXT PRIMARY KEY CHECK (length(competence_id) BETWEEN 1 AND 120),
    label_kk      TEXT NOT NULL,
    label_ru      TEXT NOT NULL,
    label_en      TEXT NOT NULL,
    synonyms      TEXT NOT NULL, -- {"kk": [...], "ru": [...], "en": [...]}
    deprecated    INTEGER CHECK (deprecated IN (0, 1)), -- NULL: as the framework says
    replaced_by   TEXT
) STRICT;
