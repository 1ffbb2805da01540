-- +goose Up
CREATE TABLE accounts (
    id            TEXT    PRIMARY KEY,
    email         TEXT    NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    name          TEXT    NOT NULL CHECK (length(name) <= 200),
    language      TEXT    CHECK (length(language) BETWEEN 2 AND 35),
    password_hash TEXT    NOT NULL,
    admin         INTEGER NOT NULL CHECK (admin IN (0, 1)),
    analyst       INTEGER NOT NULL CHECK (analyst IN (0, 1)),
    created_at    TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX accounts_email ON accounts (email);

CREATE TABLE organisations (
    id                   TEXT    PRIMARY KEY,
    kind                 TEXT    NOT NULL CHECK (kind IN ('employer', 'university', 'college', 'competence_centre', 'training_provider')),
    registration_scheme  TEXT    NOT NULL CHECK (registration_scheme IN ('bin', 'iin', 'foreign')),
    registration_country TEXT    NOT NULL CHECK (length(registration_country) = 2),
    registration_number  TEXT    NOT NULL CHECK (length(registration_number) BETWEEN 1 AND 50),
    name_kk              TEXT    NOT NULL CHECK (length(name_kk) <= 200),
    name_ru              TEXT    NOT NULL CHECK (length(name_ru) <= 200),
    name_en              TEXT    NOT NULL CHECK (length(name_en) <= 200),
    name_folded          TEXT    NOT NULL, -- the three names in lower case, one a line: what a search by name looks at
    region               TEXT    CHECK (length(region) = 5),
    verification         TEXT    NOT NULL CHECK (verification IN ('pending', 'verified', 'rejected')),
    rejection            TEXT    CHECK (length(rejection) <= 1000),
    version              INTEGER NOT NULL CHECK (version > 0),
    created_at           TEXT    NOT NULL,
    updated_at           TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX organisations_verified_registration
    ON organisations (registration_scheme, registration_country, registration_number) WHERE verification = 'verified';
CREATE INDEX organisations_registration
    ON organisations (registration_scheme, registration_country, registration_number, created_at);
CREATE INDEX organisations_verification ON organisations (verification, id);

CREATE TABLE memberships (
    organisation_id TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    account_id      TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role            TEXT NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
    PRIMARY KEY (organisation_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_account ON memberships (account_id);
