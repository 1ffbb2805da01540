-- +goose Up
-- Files that are taken row by row.
CREATE TABLE imports (
    id              uuid PRIMARY KEY,
    organisation_id uuid        NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    account_id      uuid        REFERENCES accounts (id) ON DELETE SET NULL, -- who started it; an account or a key
    key_id          uuid,
    side            text        NOT NULL CHECK (side IN ('demands', 'programmes')),
    format          text        NOT NULL CHECK (length(format) BETWEEN 1 AND 20),
    publish         boolean     NOT NULL,
    rehearsal       boolean     NOT NULL,
    status          text        NOT NULL CHECK (status IN ('running', 'finished', 'stopped')),
    stopped_because text, -- {"Code", "Args"}
    created_at      timestamptz NOT NULL,
    finished_at     timestamptz
);
CREATE INDEX imports_organisation ON imports (organisation_id);
CREATE INDEX imports_running ON imports (created_at, id) WHERE status = 'running';
CREATE INDEX imports_account ON imports (account_id);
CREATE INDEX imports_finished ON imports (finished_at);

CREATE TABLE import_rows (
    import_id uuid    NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    number    integer NOT NULL CHECK (number > 0),
    reference text    NOT NULL, -- a hash of it
    cells     text    NOT NULL, -- {"column": "cell"}, as they were given
    state     text    NOT NULL CHECK (state IN ('waiting', 'created', 'revised', 'unchanged', 'faulty')),
    thing     uuid, -- no reference: a row outlives what came of it
    faults    text    NOT NULL, -- [{"Column", "Item", "Reason"}]
    PRIMARY KEY (import_id, number)
);
CREATE INDEX import_rows_state ON import_rows (import_id, state, number);
CREATE INDEX import_rows_reference ON import_rows (import_id, reference);
