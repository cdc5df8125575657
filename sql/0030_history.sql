-- history: what happened. Rows are never changed, except that a withdrawn import marks its own (flag 4, undone).

CREATE TABLE event (
    lead_id     INTEGER NOT NULL,        -- the lead that it came to; a merge does not move it
    at          INTEGER NOT NULL,        -- when it happened, corrected
    id          INTEGER NOT NULL,
    known_at    INTEGER NOT NULL,        -- when the house learned of it
    source_id   INTEGER,
    kind        INTEGER NOT NULL,
    flags       INTEGER NOT NULL,        -- 1 unverified, 2 bot, 4 withdrawn
    name        TEXT,
    path        TEXT,
    message_id  TEXT NOT NULL,
    user_id     INTEGER,
    cause_id    INTEGER,
    import_id   INTEGER,
    body        TEXT,
    PRIMARY KEY (lead_id, at, id)
);
CREATE INDEX event_import ON event (import_id) WHERE import_id IS NOT NULL;

-- Message ids seen, for ever: key is 63 bits of the hash of source and message id, mark another 63 bits of it.
CREATE TABLE message (
    key         INTEGER PRIMARY KEY,
    mark        INTEGER NOT NULL,
    event_id    INTEGER NOT NULL
);

CREATE TABLE profile_change (
    lead_id     INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    id          INTEGER NOT NULL,
    known_at    INTEGER NOT NULL,
    source_id   INTEGER,
    user_id     INTEGER,
    unverified  INTEGER NOT NULL,
    import_id   INTEGER,
    undone      INTEGER NOT NULL,        -- 1: withdrawn with its import
    patch       TEXT NOT NULL,           -- {fact: value, null clears}
    PRIMARY KEY (lead_id, at, id)
);
CREATE INDEX profile_change_import ON profile_change (import_id) WHERE import_id IS NOT NULL;
