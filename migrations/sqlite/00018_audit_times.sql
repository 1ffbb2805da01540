-- +goose Up
-- What was done in some days is asked for, and what was done long ago forgotten.
CREATE INDEX audit_at ON audit (at);
