-- outreach: quick replies, their uses, and what people have agreed to.

CREATE TABLE reply_script (
    id           INTEGER PRIMARY KEY,
    version      INTEGER NOT NULL,
    place        INTEGER NOT NULL,        -- order
    name         TEXT NOT NULL,
    kind         INTEGER NOT NULL,        -- 0 call, 1 letter, 2 chat
    condition    TEXT NOT NULL,           -- JSON: whom it is for; empty: everybody
    subject      TEXT NOT NULL,
    body         TEXT NOT NULL,
    automatic    INTEGER NOT NULL,        -- 1: a letter that goes out by itself
    enabled      INTEGER NOT NULL,
    triggers     TEXT NOT NULL,           -- JSON list of event names
    at           INTEGER NOT NULL,        -- last changed
    by_id        INTEGER
);
CREATE INDEX reply_script_auto ON reply_script (id) WHERE automatic = 1 AND enabled = 1;

CREATE TABLE reply_use (
    lead_id      INTEGER NOT NULL,        -- as the lead was then: a merge does not move it
    id           INTEGER NOT NULL,
    script_id    INTEGER NOT NULL,
    user_id      INTEGER,                 -- none: by itself
    at           INTEGER NOT NULL,
    letter_id    INTEGER,                 -- the row of the outbox; none: it went by hand
    PRIMARY KEY (lead_id, id)
);
CREATE INDEX reply_use_script ON reply_use (script_id, at);
CREATE VIEW v_reply_use AS SELECT script_id, lead_id, user_id, at FROM reply_use;

-- Append only: what a person agreed to and took back, each with its proof. What stands now is a fold of it (outreach/consent.h).
CREATE TABLE consent (
    lead_id      INTEGER NOT NULL,        -- as the lead was then: a merge does not move it
    at           INTEGER NOT NULL,
    id           INTEGER NOT NULL,
    known_at     INTEGER NOT NULL,
    purpose      INTEGER NOT NULL,        -- 0 answer, 1 advertising
    given        INTEGER NOT NULL,        -- 0: refused or taken back
    words        TEXT NOT NULL,           -- the text that was agreed to, or its name; empty: not told
    place        TEXT NOT NULL,           -- where: a page's address, "phone call"; empty: not told
    event_id     INTEGER,                 -- the event that said so
    source_id    INTEGER,                 -- the key that it came with
    user_id      INTEGER,                 -- the user who wrote it down
    PRIMARY KEY (lead_id, at, id)
);
