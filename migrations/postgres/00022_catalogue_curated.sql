-- +goose Up
-- Which catalogue it is: of what ships the number, by which a program knows what is newer than its own, and its name; and
-- how often it was changed since.
ALTER TABLE catalogue_edition
    ADD COLUMN number   integer NOT NULL DEFAULT 0 CHECK (number >= 0),
    ADD COLUMN revision integer NOT NULL DEFAULT 0 CHECK (revision >= 0);
-- The row is always there, to be held; an empty edition means that there is no catalogue yet.
INSERT INTO catalogue_edition (edition, saved_at) VALUES ('', now()) ON CONFLICT DO NOTHING;

ALTER TABLE frameworks ADD COLUMN imported text; -- "ru en": the languages in which its names came from a file of its own
ALTER TABLE competences
    ADD COLUMN deprecated boolean NOT NULL DEFAULT false,
    ADD COLUMN added      boolean NOT NULL DEFAULT false; -- by an administrator

-- How competences stand to each other, whatever their frameworks say. No references: it outlives versions of frameworks.
CREATE TABLE catalogue_links (
    id       uuid PRIMARY KEY, -- follows from the two competences, in no order
    from_id  text        NOT NULL CHECK (length(from_id) BETWEEN 1 AND 120),
    relation text        CHECK (relation IN ('broader', 'exact', 'close')), -- NULL: they are unrelated
    to_id    text        NOT NULL CHECK (length(to_id) BETWEEN 1 AND 120),
    reason   text        NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    curated  boolean     NOT NULL, -- by an administrator; else it ships
    at       timestamptz NOT NULL,
    CHECK (from_id <> to_id)
);
CREATE INDEX catalogue_links_from ON catalogue_links (from_id);
CREATE INDEX catalogue_links_to ON catalogue_links (to_id);
