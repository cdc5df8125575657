-- team: users, their sessions, keys of programs, and what is kept of what they did.

CREATE TABLE user_account (
    id          INTEGER PRIMARY KEY,
    version     INTEGER NOT NULL,
    email       TEXT NOT NULL,
    email_fold  TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    role        INTEGER NOT NULL,
    state       INTEGER NOT NULL,        -- 0 active, 1 disabled
    lang        INTEGER NOT NULL,
    theme       TEXT NOT NULL,
    zone        TEXT NOT NULL,
    keys_off    INTEGER NOT NULL,        -- 1: single-letter keys do nothing
    password    TEXT NOT NULL,           -- argon2id, with its parameters
    created_at  INTEGER NOT NULL
);

-- token: SHA-256 of what the cookie holds.
CREATE TABLE session (
    id          INTEGER PRIMARY KEY,
    token       BLOB NOT NULL UNIQUE,
    user_id     INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    ends_at     INTEGER NOT NULL
);
CREATE INDEX session_of_user ON session (user_id);
CREATE INDEX session_end ON session (ends_at);

-- token: SHA-256 of the key, which is shown once.
CREATE TABLE api_key (
    id          INTEGER PRIMARY KEY,
    token       BLOB NOT NULL UNIQUE,
    prefix      TEXT NOT NULL,
    name        TEXT NOT NULL,
    scope       INTEGER NOT NULL,        -- 0 events, 1 api
    public      INTEGER NOT NULL,        -- 1: a browser's, a name and no secret
    rights      INTEGER NOT NULL,
    user_id     INTEGER,                 -- who made it; NULL: the command line
    created_at  INTEGER NOT NULL,
    used_at     INTEGER,
    revoked_at  INTEGER
);

-- Append only. chain: SHA-256 over the row before's chain and this row's own words.
CREATE TABLE audit (
    id          INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    actor_kind  INTEGER NOT NULL,
    actor_id    INTEGER,
    action      TEXT NOT NULL,
    subject     TEXT,
    detail      TEXT,
    chain       BLOB NOT NULL
);

CREATE TABLE saved_view (
    id          INTEGER PRIMARY KEY,
    version     INTEGER NOT NULL,
    user_id     INTEGER NOT NULL,
    name        TEXT NOT NULL,
    query       TEXT NOT NULL,
    team        INTEGER NOT NULL,        -- 1: everybody has it
    pinned      INTEGER NOT NULL,
    created_at  INTEGER NOT NULL
);
CREATE INDEX saved_view_user ON saved_view (user_id);

CREATE TABLE setting (
    name        TEXT PRIMARY KEY,
    value       TEXT NOT NULL
);

-- What was answered to a POST with an Idempotency-Key.
CREATE TABLE idem (
    actor       TEXT NOT NULL,
    path        TEXT NOT NULL,
    key         TEXT NOT NULL,
    body        BLOB NOT NULL,           -- SHA-256 of the body
    status      INTEGER NOT NULL,
    etag        TEXT,
    reply       TEXT NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (actor, path, key)
);
CREATE INDEX idem_at ON idem (at);
