-- +goose Up
-- Since when somebody belongs to an organisation; of those who do already, the earliest that it can have been.
ALTER TABLE memberships ADD COLUMN since timestamptz NOT NULL DEFAULT now();
UPDATE memberships m SET since = greatest(o.created_at, a.created_at)
    FROM organisations o, accounts a WHERE o.id = m.organisation_id AND a.id = m.account_id;

-- Letters that let somebody join. Whoever changes one holds its organisation.
CREATE TABLE invitations (
    id              uuid PRIMARY KEY,
    organisation_id uuid        NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    email           text        NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    role            text        NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
    invited_by      uuid        REFERENCES accounts (id) ON DELETE SET NULL,
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    ended_at        timestamptz, -- accepted, withdrawn or replaced
    accepted_by     uuid        REFERENCES accounts (id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX invitations_open ON invitations (organisation_id, email) WHERE ended_at IS NULL;
CREATE INDEX invitations_invited_by ON invitations (invited_by, created_at);
CREATE INDEX invitations_accepted_by ON invitations (accepted_by);
CREATE INDEX invitations_expires_at ON invitations (expires_at);
