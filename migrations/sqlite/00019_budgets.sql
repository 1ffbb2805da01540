-- +goose Up
-- What is left of the budgets of those who ask much, shared by replicas. Who it is stands here as a keyed hash only, and a
-- budget that is full again has no row.
CREATE TABLE budgets (
    who     BLOB    PRIMARY KEY CHECK (length(who) = 32),
    full_at INTEGER NOT NULL, -- when it is full again, in microseconds since 1970
    granted INTEGER NOT NULL  -- what the last one who asked was given
) STRICT;
CREATE INDEX budgets_full_at ON budgets (full_at);
