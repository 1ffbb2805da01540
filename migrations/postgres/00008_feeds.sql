-- +goose Up
-- Who feeds an engine outside of the process, and how far it has come.
CREATE TABLE feeds (
    name       text        PRIMARY KEY,
    holder     text        NOT NULL, -- '' when nobody feeds
    epoch      bigint      NOT NULL CHECK (epoch >= 0), -- higher with each new holder
    until      timestamptz, -- by this server's clock
    position   text        NOT NULL, -- in the change log; '' before the first
    generation text        NOT NULL  -- the rebuild that made the engine's indexes; '' before the first
);

-- What an engine refused.
CREATE TABLE feed_failures (
    feed        text        NOT NULL,
    side        text        NOT NULL CHECK (side IN ('demands', 'programmes')),
    subject     uuid        NOT NULL,
    attempts    integer     NOT NULL CHECK (attempts >= 0),
    reason      text        NOT NULL CHECK (length(reason) <= 2000),
    since       timestamptz NOT NULL,
    next_try    timestamptz NOT NULL,
    quarantined timestamptz, -- NULL while it is still tried
    PRIMARY KEY (feed, side, subject)
);
CREATE INDEX feed_failures_due ON feed_failures (feed, next_try) WHERE quarantined IS NULL;
