-- +goose Up
-- Who did what to what. Rows are added and never changed; none is dropped before it is a year old.
CREATE TABLE audit (
    id           TEXT    PRIMARY KEY,
    at           TEXT    NOT NULL,
    account_id   TEXT, -- no reference: when the account is erased it names nobody any more
    operator     INTEGER NOT NULL, -- done at the machine's own terminal, or by the service itself
    deed         TEXT    NOT NULL CHECK (length(deed) BETWEEN 1 AND 50),
    subject_kind TEXT    NOT NULL CHECK (length(subject_kind) BETWEEN 1 AND 50),
    subject      TEXT    NOT NULL,
    organisation TEXT, -- whose owners may read it
    note         TEXT    NOT NULL CHECK (length(note) <= 1000)
) STRICT;
CREATE INDEX audit_organisation ON audit (organisation, id);
CREATE INDEX audit_account ON audit (account_id, id);
CREATE INDEX audit_subject ON audit (subject, id);

-- +goose StatementBegin
CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_keeps BEFORE DELETE ON audit WHEN OLD.at >= strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 year')
BEGIN
    SELECT RAISE(ABORT, 'the audit is append-only');
END;
-- +goose StatementEnd
