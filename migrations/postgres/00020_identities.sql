-- +goose Up
-- Who accounts are at OpenID providers.
CREATE TABLE identities (
    id         uuid PRIMARY KEY,
    account_id uuid        NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    issuer     text        NOT NULL CHECK (length(issuer) BETWEEN 1 AND 500),
    subject    text        NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
    created_at timestamptz NOT NULL,
    UNIQUE (issuer, subject),
    UNIQUE (account_id, issuer)
);

-- Tickets that somebody has come back with from a provider; each is forgotten when it is worth nothing anyway.
CREATE TABLE used_tickets (
    id       uuid PRIMARY KEY,
    valid_to timestamptz NOT NULL
);
CREATE INDEX used_tickets_valid_to ON used_tickets (valid_to);
