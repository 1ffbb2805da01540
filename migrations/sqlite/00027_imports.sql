-- +goose Up
-- Files that are taken row by row.
CREATE TABLE imports (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT    NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    account_id      TEXT    REFERENCES accounts (id) ON DELETE SET NULL, -- who started it; an account or a key
    key_id          TEXT,
    side            TEXT    NOT NULL CHECK (side IN ('demands', 'programmes')),
    format          TEXT    NOT NULL CHECK (length(format) BETWEEN 1 AND 20),
    publish         INTEGER NOT NULL,
    rehearsal       INTEGER NOT NULL,
    status          TEXT    NOT NULL CHECK (status IN ('running', 'finished', 'stopped')),
    stopped_because TEXT, -- {"Code", "Args"}
    created_at      TEXT    NOT NULL,
    finished_at     TEXT
) STRICT;
CREATE INDEX imports_organisation ON imports (organisation_id);
CREATE INDEX imports_running ON imports (created_at, id) WHERE status = 'running';
CREATE INDEX imports_account ON imports (account_id);
CREATE INDEX imports_finished ON imports (finished_at);

CREATE TABLE import_rows (
    import_id TEXT    NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    number    INTEGER NOT NULL CHECK (number > 0),
    reference TEXT    NOT NULL, -- a hash of it
    cells     TEXT    NOT NULL, -- {"column": "cell"}, as they were given
    state     TEXT    NOT NULL CHECK (state IN ('waiting', 'created', 'revised', 'unchanged', 'faulty')),
    thing     TEXT, -- no reference: a row outlives what came of it
    faults    TEXT    NOT NULL, -- [{"Column", "Item", "Reason"}]
    PRIMARY KEY (import_id, number)
) STRICT;
CREATE INDEX import_rows_state ON import_rows (import_id, state, number);
CREATE INDEX import_rows_reference ON import_rows (import_id, reference);
