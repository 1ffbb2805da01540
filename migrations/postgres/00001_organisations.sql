-- +goose Up
CREATE TABLE accounts (
    id            uuid PRIMARY KEY,
    email         text        NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    name          text        NOT NULL CHECK (length(name) <= 200),
    language      text        CHECK (length(language) BETWEEN 2 AND 35),
    password_hash text        NOT NULL,
    admin         boolean     NOT NULL,
    analyst       boolean     NOT NULL,
    created_at    timestamptz NOT NULL
);
CREATE UNIQUE INDEX accounts_email ON accounts (email);

CREATE TABLE organisations (
    id                   uuid PRIMARY KEY,
    kind                 text        NOT NULL CHECK (kind IN ('employer', 'university', 'college', 'competence_centre', 'training_provider')),
    registration_scheme  text        NOT NULL CHECK (registration_scheme IN ('bin', 'iin', 'foreign')),
    registration_country text        NOT NULL CHECK (length(registration_country) = 2),
    registration_number  text        NOT NULL CHECK (length(registration_number) BETWEEN 1 AND 50),
    name_kk              text        NOT NULL CHECK (length(name_kk) <= 200),
    name_ru              text        NOT NULL CHECK (length(name_ru) <= 200),
    name_en              text        NOT NULL CHECK (length(name_en) <= 200),
    name_folded          text        NOT NULL, -- the three names in lower case, one a line: what a search by name looks at
    region               text        CHECK (length(region) = 5),
    verification         text        NOT NULL CHECK (verification IN ('pending', 'verified', 'rejected')),
    rejection            text        CHECK (length(rejection) <= 1000),
    version              integer     NOT NULL CHECK (version > 0),
    created_at           timestamptz NOT NULL,
    updated_at           timestamptz NOT NULL
);
CREATE UNIQUE INDEX organisations_verified_registration
    ON organisations (registration_scheme, registration_country, registration_number) WHERE verification = 'verified';
CREATE INDEX organisations_registration
    ON organisations (registration_scheme, registration_country, registration_number, created_at);
CREATE INDEX organisations_verification ON organisations (verification, id);

CREATE TABLE memberships (
    organisation_id uuid NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
    account_id      uuid NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role            text NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
    PRIMARY KEY (organisation_id, account_id)
);
CREATE INDEX memberships_account ON memberships (account_id);
