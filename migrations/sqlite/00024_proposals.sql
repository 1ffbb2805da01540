-- +goose Up
-- What organisations miss in the catalogue.
CREATE TABLE catalogue_proposals (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    account_id      TEXT REFERENCES accounts (id) ON DELETE SET NULL, -- the proposal is the organisation's, and stays
    competence_id   TEXT, -- whose names are proposed, or what was added
    label_kk        TEXT NOT NULL, -- of a missing competence; all empty where names are proposed
    label_ru        TEXT NOT NULL,
    label_en        TEXT NOT NULL,
    kind            TEXT CHECK (kind IN ('knowledge', 'skill', 'tool')),
    synonyms        TEXT NOT NULL, -- {"kk": [...], "ru": [...], "en": [...]}
    broader         TEXT NOT NULL, -- ["esco:…"]
    comment         TEXT CHECK (length(comment) <= 1000),
    created_at      TEXT NOT NULL,
    status          TEXT NOT NULL CHECK (status IN ('open', 'approved', 'rejected')),
    reason          TEXT CHECK (length(reason) <= 500),
    decided_at      TEXT,
    CHECK ((status = 'open') = (decided_at IS NULL))
) STRICT;
CREATE INDEX catalogue_proposals_organisation ON catalogue_proposals (organisation_id, id);
CREATE INDEX catalogue_proposals_account ON catalogue_proposals (account_id);
CREATE INDEX catalogue_proposals_open ON catalogue_proposals (id) WHERE status = 'open';
