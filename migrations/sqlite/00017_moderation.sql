-- +goose Up
-- That an administrator has hidden it: it keeps its status, and is public no more.
ALTER TABLE demands ADD COLUMN hidden_reason TEXT CHECK (length(hidden_reason) BETWEEN 1 AND 1000);
ALTER TABLE demands ADD COLUMN hidden_at TEXT CHECK ((hidden_at IS NULL) = (hidden_reason IS NULL));
ALTER TABLE programmes ADD COLUMN hidden_reason TEXT CHECK (length(hidden_reason) BETWEEN 1 AND 1000);
ALTER TABLE programmes ADD COLUMN hidden_at TEXT CHECK ((hidden_at IS NULL) = (hidden_reason IS NULL));
