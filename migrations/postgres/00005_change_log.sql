-- +goose Up
-- Ordered by the writing transaction first: a number alone is given out before its row becomes visible, so a reader of
-- "greater than the last number" passes over whatever commits late.
CREATE TABLE change_log (
    xid     xid8        NOT NULL DEFAULT pg_current_xact_id(),
    seq     bigint      GENERATED ALWAYS AS IDENTITY,
    kind    text        NOT NULL CHECK (kind IN ('demand', 'programme', 'organisation', 'catalogue', 'everything')),
    subject uuid        NOT NULL, -- all zeros where the kind says it all
    at      timestamptz NOT NULL,
    PRIMARY KEY (xid, seq)
);
CREATE INDEX change_log_at ON change_log (at);

-- The one row names the log, which gets a new name when it is begun anew, and tells how far it has been trimmed.
CREATE TABLE change_log_tail (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    log      text    NOT NULL,
    xid      xid8    NOT NULL,
    seq      bigint  NOT NULL
);
INSERT INTO change_log_tail (log, xid, seq) VALUES (replace(gen_random_uuid()::text, '-', ''), '0', 0);
