-- +goose Up
-- {"sealed": …, "begun": …, "on_since": …, …}: a secret sealed under the deployment's, and hashes of recovery codes.
ALTER TABLE accounts ADD COLUMN second_factor text;
