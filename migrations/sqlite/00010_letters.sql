-- +goose Up
-- Mail that is still to be sent. No row holds a secret: the code in a letter is made from its id when it is sent.
CREATE TABLE letters (
    id         TEXT    PRIMARY KEY,
    kind       TEXT    NOT NULL CHECK (length(kind) BETWEEN 1 AND 50),
    recipient  TEXT    NOT NULL CHECK (length(recipient) BETWEEN 3 AND 254),
    language   TEXT    CHECK (length(language) BETWEEN 2 AND 35),
    facts      TEXT    NOT NULL, -- ["…"]: what its sentences speak of, in their order
    code       TEXT,
    valid_to   TEXT,
    created_at TEXT    NOT NULL,
    attempts   INTEGER NOT NULL CHECK (attempts >= 0),
    next_try   TEXT    NOT NULL
) STRICT;
CREATE INDEX letters_next_try ON letters (next_try);
CREATE INDEX letters_recipient ON letters (recipient);
