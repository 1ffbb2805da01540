-- +goose Up
-- When the address of an account was proven to be its own. Accounts of before this was asked for count as proven.
ALTER TABLE accounts ADD COLUMN confirmed_at TEXT;
UPDATE accounts SET confirmed_at = created_at;
CREATE INDEX accounts_unconfirmed ON accounts (created_at) WHERE confirmed_at IS NULL;

-- The codes in letters that prove an address; a code follows from its id under the deployment's secret.
CREATE TABLE proofs (
    id             TEXT PRIMARY KEY,
    kind           TEXT        NOT NULL CHECK (length(kind) BETWEEN 1 AND 50), -- of the letter
    email          TEXT        NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    account_id     TEXT REFERENCES accounts (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, -- NULL: the address has none
    created_at     TEXT NOT NULL,
    expires_at     TEXT NOT NULL,
    used_at        TEXT,
    claim_id       TEXT, -- of the account that takes the place of account_id; its other fields are NULL without it
    claim_name     TEXT CHECK (length(claim_name) <= 200),
    claim_language TEXT CHECK (length(claim_language) BETWEEN 2 AND 35),
    claim_hash     TEXT
) STRICT;
CREATE INDEX proofs_email ON proofs (email, kind, created_at);
CREATE INDEX proofs_account ON proofs (account_id, kind);
CREATE INDEX proofs_expires ON proofs (expires_at);
