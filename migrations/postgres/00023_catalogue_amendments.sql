-- +goose Up
-- What administrators decided on competences; it stands over every version of their frameworks, and outlives them.
CREATE TABLE catalogue_amendments (
    competence_id text PRIMARY KEY CHECK (length(competence_id) BETWEEN 1 AND 120),
    label_kk      text NOT NULL,
    label_ru      text NOT NULL,
    label_en      text NOT NULL,
    synonyms      text NOT NULL, -- {"kk": [...], "ru": [...], "en": [...]}
    deprecated    boolean, -- NULL: as the framework says
    replaced_by   text
);
