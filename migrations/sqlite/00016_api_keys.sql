-- +goose Up
-- Keys with which machines act for an organisation. No row holds what a machine sends: only the SHA-256 of it.
CREATE TABLE api_keys (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    name            TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    scopes          TEXT NOT NULL, -- ["demands:read"]
    hash            BLOB NOT NULL CHECK (length(hash) = 32),
    created_by      TEXT REFERENCES accounts (id) ON DELETE SET NULL, -- the key is the organisation's, and stays
    created_at      TEXT NOT NULL,
    expires_at      TEXT NOT NULL,
    warned_at       TEXT, -- when the owners were told that it expires
    last_used_at    TEXT, -- to the minute
    revoked_at      TEXT
) STRICT;
CREATE INDEX api_keys_organisation ON api_keys (organisation_id, id);
CREATE INDEX api_keys_creator ON api_keys (created_by);
CREATE INDEX api_keys_expiring ON api_keys (expires_at) WHERE warned_at IS NULL AND revoked_at IS NULL;

ALTER TABLE audit ADD COLUMN key_id TEXT; -- the key whose deed it is; no reference, as with the account
