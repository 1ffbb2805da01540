-- +goose Up
-- Who feeds an engine outside of the process, and how far it has come.
CREATE TABLE feeds (
    name       TEXT    PRIMARY KEY,
    holder     TEXT    NOT NULL, -- '' when nobody feeds
    epoch      INTEGER NOT NULL CHECK (epoch >= 0), -- higher with each new holder
    until      TEXT,
    position   TEXT    NOT NULL, -- in the change log; '' before the first
    generation TEXT    NOT NULL  -- the rebuild that made the engine's indexes; '' before the first
) STRICT;

-- What an engine refused.
CREATE TABLE feed_failures (
    feed        TEXT    NOT NULL,
    side        TEXT    NOT NULL CHECK (side IN ('demands', 'programmes')),
    subject     TEXT    NOT NULL,
    attempts    INTEGER NOT NULL CHECK (attempts >= 0),
    reason      TEXT    NOT NULL CHECK (length(reason) <= 2000),
    since       TEXT    NOT NULL,
    next_try    TEXT    NOT NULL,
    quarantined TEXT, -- NULL while it is still tried
    PRIMARY KEY (feed, side, subject)
) STRICT;
CREATE INDEX feed_failures_due ON feed_failures (feed, next_try) WHERE quarantined IS NULL;
