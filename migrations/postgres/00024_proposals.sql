-- +goose Up
-- What organisations miss in the catalogue.
CREATE TABLE catalogue_proposals (
    id              uuid PRIMARY KEY,
    organisation_id uuid        NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    account_id      uuid        REFERENCES accounts (id) ON DELETE SET NULL, -- the proposal is the organisation's, and stays
    competence_id   text, -- whose names are proposed, or what was added
    label_kk        text        NOT NULL, -- of a missing competence; all empty where names are proposed
    label_ru        text        NOT NULL,
    label_en        text        NOT NULL,
    kind            text        CHECK (kind IN ('knowledge', 'skill', 'tool')),
    synonyms        text        NOT NULL, -- {"kk": [...], "ru": [...], "en": [...]}
    broader         text        NOT NULL, -- ["esco:…"]
    comment         text        CHECK (length(comment) <= 1000),
    created_at      timestamptz NOT NULL,
    status          text        NOT NULL CHECK (status IN ('open', 'approved', 'rejected')),
    reason          text        CHECK (length(reason) <= 500),
    decided_at      timestamptz,
    CHECK ((status = 'open') = (decided_at IS NULL))
);
CREATE INDEX catalogue_proposals_organisation ON catalogue_proposals (organisation_id, id);
CREATE INDEX catalogue_proposals_account ON catalogue_proposals (account_id);
CREATE INDEX catalogue_proposals_open ON catalogue_proposals (id) WHERE status = 'open';
