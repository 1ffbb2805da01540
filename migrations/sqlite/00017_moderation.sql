-- +goose Up
-- That an administrator has hidden it: it keeps its status, and is public no more.
ALTER TABLE demands ADD COLUMN hidden_reason TEXT CHECK (length(hidden_reason) BETWEEN 1 AND 1000);
ALTER TABLE demands ADD COLUMN hidden_at TEXT CHECK ((hidden_at IS NULL) = (hidden_reason IS NULL));
ALTER TABLE programmes ADD COLUMN hidden_reason TEXT CHECK (length(hidden_reason) BETWEEN 1 AND 1000);
ALTER TABLE programmes ADD COLUMN hidden_at TEXT CHECK ((hidden_at IS NULL) = (hidden_reason IS NULL));

-- What people say is wrong with demands and programmes.
CREATE TABLE reports (
    id         TEXT PRIMARY KEY,
    side       TEXT NOT NULL CHECK (side IN ('demands', 'programmes')),
    subject    TEXT NOT NULL, -- no reference: a report outlives what it is on
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL CHECK (kind IN ('spam', 'fraud', 'discrimination', 'wrong_facts', 'illegal', 'other')),
    text       TEXT CHECK (length(text) <= 1000),
    created_at TEXT NOT NULL,
    outcome    TEXT CHECK (outcome IN ('hidden', 'no_action', 'deleted')), -- NULL while it is open
    reason     TEXT CHECK (length(reason) <= 1000),
    closed_at  TEXT,
    CHECK ((outcome IS NULL) = (closed_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX reports_open ON reports (subject, account_id) WHERE outcome IS NULL;
CREATE INDEX reports_waiting ON reports (id) WHERE outcome IS NULL;
CREATE INDEX reports_subject ON reports (subject);
CREATE INDEX reports_account ON reports (account_id, id);
