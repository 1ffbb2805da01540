-- +goose Up
-- That an administrator has hidden it: it keeps its status, and is public no more.
ALTER TABLE demands
    ADD COLUMN hidden_reason text CHECK (length(hidden_reason) BETWEEN 1 AND 1000),
    ADD COLUMN hidden_at timestamptz CHECK ((hidden_at IS NULL) = (hidden_reason IS NULL));
ALTER TABLE programmes
    ADD COLUMN hidden_reason text CHECK (length(hidden_reason) BETWEEN 1 AND 1000),
    ADD COLUMN hidden_at timestamptz CHECK ((hidden_at IS NULL) = (hidden_reason IS NULL));

-- What people say is wrong with demands and programmes.
CREATE TABLE reports (
    id         uuid PRIMARY KEY,
    side       text        NOT NULL CHECK (side IN ('demands', 'programmes')),
    subject    uuid        NOT NULL, -- no reference: a report outlives what it is on
    account_id uuid        NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind       text        NOT NULL CHECK (kind IN ('spam', 'fraud', 'discrimination', 'wrong_facts', 'illegal', 'other')),
    text       text        CHECK (length(text) <= 1000),
    created_at timestamptz NOT NULL,
    outcome    text        CHECK (outcome IN ('hidden', 'no_action', 'deleted')), -- NULL while it is open
    reason     text        CHECK (length(reason) <= 1000),
    closed_at  timestamptz,
    CHECK ((outcome IS NULL) = (closed_at IS NULL))
);
CREATE UNIQUE INDEX reports_open ON reports (subject, account_id) WHERE outcome IS NULL;
CREATE INDEX reports_waiting ON reports (id) WHERE outcome IS NULL;
CREATE INDEX reports_subject ON reports (subject);
CREATE INDEX reports_account ON reports (account_id, id);
