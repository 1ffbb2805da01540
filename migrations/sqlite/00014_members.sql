-- +goose Up
-- Since when somebody belongs to an organisation; of those who do already, the earliest that it can have been.
CREATE TABLE members (
    organisation_id TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    account_id      TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role            TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
    since           TEXT NOT NULL,
    PRIMARY KEY (organisation_id, account_id)
) STRICT, WITHOUT ROWID;
INSERT INTO members SELECT m.organisation_id, m.account_id, m.role, max(o.created_at, a.created_at)
    FROM memberships m JOIN organisations o ON o.id = m.organisation_id JOIN accounts a ON a.id = m.account_id;
DROP TABLE memberships;
ALTER TABLE members RENAME TO memberships;
CREATE INDEX memberships_account ON memberships (account_id);

-- Letters that let somebody join. Whoever changes one holds its organisation.
CREATE TABLE invitations (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    email           TEXT NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    role            TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
    invited_by      TEXT REFERENCES accounts (id) ON DELETE SET NULL,
    created_at      TEXT NOT NULL,
    expires_at      TEXT NOT NULL,
    ended_at        TEXT, -- accepted, withdrawn or replaced
    accepted_by     TEXT REFERENCES accounts (id) ON DELETE SET NULL
) STRICT;
CREATE UNIQUE INDEX invitations_open ON invitations (organisation_id, email) WHERE ended_at IS NULL;
CREATE INDEX invitations_invited_by ON invitations (invited_by, created_at);
CREATE INDEX invitations_accepted_by ON invitations (accepted_by);
CREATE INDEX invitations_expires_at ON invitations (expires_at);
