-- +goose Up
-- Who accounts are at OpenID providers.
CREATE TABLE identities (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    issuer     TEXT NOT NULL CHECK (length(issuer) BETWEEN 1 AND 500),
    subject    TEXT NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
    created_at TEXT NOT NULL,
    UNIQUE (issuer, subject),
    UNIQUE (account_id, issuer)
) STRICT;

-- Tickets that somebody has come back with from a provider; each is forgotten when it is worth nothing anyway.
CREATE TABLE used_tickets (
    id       TEXT PRIMARY KEY,
    valid_to TEXT NOT NULL
) STRICT;
CREATE INDEX used_tickets_valid_to ON used_tickets (valid_to);
