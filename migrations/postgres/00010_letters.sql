-- +goose Up
-- Mail that is still to be sent. No row holds a secret: the code in a letter is made from its id when it is sent.
CREATE TABLE letters (
    id         uuid PRIMARY KEY,
    kind       text        NOT NULL CHECK (length(kind) BETWEEN 1 AND 50),
    recipient  text        NOT NULL CHECK (length(recipient) BETWEEN 3 AND 254),
    language   text        CHECK (length(language) BETWEEN 2 AND 35),
    facts      text        NOT NULL, -- ["…"]: what its sentences speak of, in their order
    code       uuid,
    valid_to   timestamptz,
    created_at timestamptz NOT NULL,
    attempts   integer     NOT NULL CHECK (attempts >= 0),
    next_try   timestamptz NOT NULL
);
CREATE INDEX letters_next_try ON letters (next_try);
CREATE INDEX letters_recipient ON letters (recipient);
