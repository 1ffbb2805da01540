-- +goose Up
-- Where the log was last known to live: server, database, table, timeline. A restored one lives elsewhere, and begins anew.
ALTER TABLE change_log_tail ADD COLUMN origin text NOT NULL DEFAULT ''; -- '' until it is first looked at
