-- +goose Up
-- Keys with which machines act for an organisation. No row holds what a machine sends: only the SHA-256 of it.
CREATE TABLE api_keys (
    id              uuid PRIMARY KEY,
    organisation_id uuid        NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    name            text        NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    scopes          text        NOT NULL, -- ["demands:read"]
    hash            bytea       NOT NULL CHECK (length(hash) = 32),
    created_by      uuid        REFERENCES accounts (id) ON DELETE SET NULL, -- the key is the organisation's, and stays
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    warned_at       timestamptz, -- when the owners were told that it expires
    last_used_at    timestamptz, -- to the minute
    revoked_at      timestamptz
);
CREATE INDEX api_keys_organisation ON api_keys (organisation_id, id);
CREATE INDEX api_keys_creator ON api_keys (created_by);
CREATE INDEX api_keys_expiring ON api_keys (expires_at) WHERE warned_at IS NULL AND revoked_at IS NULL;

ALTER TABLE audit ADD COLUMN key_id uuid; -- the key whose deed it is; no reference, as with the account
