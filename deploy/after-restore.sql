-- To be run on a restored database before the first replica starts over it. The change log begins anew under another
-- name: what was read of the old one means nothing in a database that has gone back in time or moved to another server,
-- so whoever follows it builds its index from the database again, the one of Meilisearch too.
--
--   psql --set=ON_ERROR_STOP=1 --single-transaction --file=deploy/after-restore.sql "$DATABASE_URL"
DELETE FROM change_log;
UPDATE change_log_tail SET log = replace(gen_random_uuid()::text, '-', ''), xid = '0', seq = 0;
