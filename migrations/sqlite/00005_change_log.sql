-- +goose Up
-- One writer at a time, so the order of numbers is the order of commits; AUTOINCREMENT never gives one out again.
CREATE TABLE change_log (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    kind    TEXT    NOT NULL CHECK (kind IN ('demand', 'programme', 'organisation', 'catalogue', 'everything')),
    subject TEXT    NOT NULL, -- all zeros where the kind says it all
    at      TEXT    NOT NULL
) STRICT;
CREATE INDEX change_log_at ON change_log (at);

-- The one row names the log, which gets a new name when it is begun anew, and tells how far it has been trimmed.
CREATE TABLE change_log_tail (
    only_row INTEGER PRIMARY KEY DEFAULT 1 CHECK (only_row = 1),
    log      TEXT    NOT NULL,
    seq      INTEGER NOT NULL
) STRICT;
INSERT INTO change_log_tail (log, seq) VALUES (lower(hex(randomblob(16))), 0);
