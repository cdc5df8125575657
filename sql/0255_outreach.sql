-- outreach: letters that are to leave the house, by which way people want them, and how these ways are reached.

CREATE TABLE letter (
    id           INTEGER PRIMARY KEY,
    key          TEXT NOT NULL UNIQUE,    -- what is told to whom by which way: never written twice
    kind         INTEGER NOT NULL,
    channel      INTEGER NOT NULL,
    user_id      INTEGER,                 -- the person of the house it is for
    lead_id      INTEGER,                 -- whom it is about, or for
    task_id      INTEGER,
    hook_id      INTEGER,                 -- the webhook it is for
    address      TEXT NOT NULL,
    lang         INTEGER NOT NULL,
    subject      TEXT NOT NULL,
    body         TEXT NOT NULL,
    extra        TEXT,                    -- JSON: what the channel needs beside the words
    ground       INTEGER,                 -- the consent it rests on
    state        INTEGER NOT NULL,        -- 0 waiting, 1 sent, 2 dead, 3 withdrawn
    tries        INTEGER NOT NULL,
    next_at      INTEGER NOT NULL,        -- when it is tried; while somebody tries it: when he is taken for dead
    holder       INTEGER,                 -- who tries it
    made_at      INTEGER NOT NULL,
    done_at      INTEGER,
    seen_at      INTEGER,                 -- the person has answered it
    status       INTEGER,                 -- what the other side said last, as a number
    error        TEXT,                    -- and in words
    remote       TEXT                     -- the other side's name for it
);
CREATE INDEX letter_due ON letter (channel, hook_id, next_at) WHERE state = 0;
CREATE INDEX letter_user ON letter (user_id, id);
CREATE INDEX letter_hook ON letter (hook_id, id) WHERE hook_id IS NOT NULL;
CREATE INDEX letter_task ON letter (task_id) WHERE task_id IS NOT NULL;
CREATE INDEX letter_dead ON letter (id) WHERE state = 2;

-- How a person is reached. address: a chat, an endpoint of a browser.
CREATE TABLE reach (
    id           INTEGER PRIMARY KEY,
    user_id      INTEGER NOT NULL,
    channel      INTEGER NOT NULL,
    address      TEXT NOT NULL,
    name         TEXT NOT NULL,           -- as the person knows it
    extra        TEXT,                    -- JSON: keys of a browser
    made_at      INTEGER NOT NULL,
    dead_at      INTEGER,                 -- the other side said that it is no more
    error        TEXT,
    UNIQUE (channel, address)
);
CREATE INDEX reach_user ON reach (user_id);

-- What a person wants to hear of by which channels: a bit a channel. Without a row: the defaults of outreach/choice.h.
CREATE TABLE reach_choice (
    user_id      INTEGER PRIMARY KEY,
    version      INTEGER NOT NULL,
    hot          INTEGER NOT NULL,
    reminder     INTEGER NOT NULL,
    reassigned   INTEGER NOT NULL,
    escalation   INTEGER NOT NULL,
    queue        INTEGER NOT NULL,
    quiet_from   INTEGER NOT NULL,        -- minutes of the person's day; equal: no quiet hours
    quiet_until  INTEGER NOT NULL,
    quiet_hot    INTEGER NOT NULL         -- 1: hot leads too wait until morning
);

-- A code that ties a chat to a person: SHA-256 of what the link holds.
CREATE TABLE reach_code (
    code         BLOB PRIMARY KEY,
    user_id      INTEGER NOT NULL,
    channel      INTEGER NOT NULL,
    ends_at      INTEGER NOT NULL
);

CREATE TABLE outreach_setting (
    name         TEXT PRIMARY KEY,
    value        TEXT NOT NULL
);

-- One program at a time does this.
CREATE TABLE outreach_turn (
    name         TEXT PRIMARY KEY,
    holder       INTEGER NOT NULL,
    until        INTEGER NOT NULL,
    place        INTEGER NOT NULL         -- how far it came
);

CREATE TABLE hook (
    id           INTEGER PRIMARY KEY,
    version      INTEGER NOT NULL,
    name         TEXT NOT NULL,
    url          TEXT NOT NULL,
    kinds        TEXT NOT NULL,           -- JSON list of event types
    secret       TEXT NOT NULL,
    before       TEXT,                    -- the secret before the last change
    before_until INTEGER,                 -- signs beside the new one until then
    state        INTEGER NOT NULL,        -- 0 on, 1 off by a person, 2 off by itself
    why          TEXT,
    failing_at   INTEGER,                 -- since when nothing has arrived
    made_by      INTEGER,
    made_at      INTEGER NOT NULL
);
