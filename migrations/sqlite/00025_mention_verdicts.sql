-- +goose Up
-- How often an organisation has said that words name a competence, and that they do not. Of the text that they stood in
-- nothing is kept but these words, without their endings.
CREATE TABLE mention_verdicts (
    organisation_id TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    words           TEXT NOT NULL CHECK (length(words) BETWEEN 1 AND 400),
    competence_id   TEXT NOT NULL, -- no reference: what was said outlives an edition of the catalogue
    confirmed       INTEGER NOT NULL CHECK (confirmed >= 0),
    rejected        INTEGER NOT NULL CHECK (rejected >= 0),
    said_at         TEXT NOT NULL,
    PRIMARY KEY (organisation_id, words, competence_id),
    CHECK (confirmed + rejected > 0)
) STRICT;
CREATE INDEX mention_verdicts_words ON mention_verdicts (words);
