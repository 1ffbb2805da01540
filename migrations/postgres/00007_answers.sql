-- +goose Up
-- What was answered to a request with an Idempotency-Key. The account is all zeros for a visitor.
CREATE TABLE answers (
    account_id  uuid        NOT NULL,
    operation   text        NOT NULL,
    key         text        NOT NULL CHECK (length(key) <= 255),
    fingerprint bytea       NOT NULL CHECK (length(fingerprint) = 32),
    status      integer     NOT NULL CHECK (status BETWEEN 100 AND 399),
    header      text        NOT NULL, -- {"Location": "..."}
    body        bytea       NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, operation, key)
);
CREATE INDEX answers_created ON answers (created_at);
