-- +goose Up
-- Who agreed to which version of what, and when they withdrew it.
CREATE TABLE consents (
    id           TEXT PRIMARY KEY,
    account_id   TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    document     TEXT NOT NULL CHECK (length(document) BETWEEN 1 AND 50),
    version      TEXT NOT NULL CHECK (length(version) BETWEEN 1 AND 50),
    given_at     TEXT NOT NULL,
    withdrawn_at TEXT
) STRICT;
CREATE INDEX consents_account ON consents (account_id, id);
CREATE INDEX refresh_tokens_expires ON refresh_tokens (expires_at);
