-- +goose Up
-- What was answered to a request with an Idempotency-Key. The account is all zeros for a visitor.
CREATE TABLE answers (
    account_id  TEXT    NOT NULL,
    operation   TEXT    NOT NULL,
    key         TEXT    NOT NULL CHECK (length(key) <= 255),
    fingerprint BLOB    NOT NULL CHECK (length(fingerprint) = 32),
    status      INTEGER NOT NULL CHECK (status BETWEEN 100 AND 399),
    header      TEXT    NOT NULL, -- {"Location": "..."}
    body        BLOB    NOT NULL,
    created_at  TEXT    NOT NULL,
    PRIMARY KEY (account_id, operation, key)
) STRICT;
CREATE INDEX answers_created ON answers (created_at);
