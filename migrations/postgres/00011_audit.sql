-- +goose Up
-- Who did what to what. Rows are added and never changed; none is dropped before it is a year old.
CREATE TABLE audit (
    id           uuid PRIMARY KEY,
    at           timestamptz NOT NULL,
    account_id   uuid, -- no reference: when the account is erased it names nobody any more
    operator     boolean     NOT NULL, -- done at the machine's own terminal, or by the service itself
    deed         text        NOT NULL CHECK (length(deed) BETWEEN 1 AND 50),
    subject_kind text        NOT NULL CHECK (length(subject_kind) BETWEEN 1 AND 50),
    subject      uuid        NOT NULL,
    organisation uuid, -- whose owners may read it
    note         text        NOT NULL CHECK (length(note) <= 1000)
);
CREATE INDEX audit_organisation ON audit (organisation, id);
CREATE INDEX audit_account ON audit (account_id, id);
CREATE INDEX audit_subject ON audit (subject, id);

-- +goose StatementBegin
CREATE FUNCTION audit_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '1 year' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit is append-only';
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_keeps BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_keeps();
CREATE TRIGGER audit_keeps_all BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_keeps();
