-- score: models and their versions, what is kept of each lead's score, crossings into hot.

CREATE TABLE model (
    id           INTEGER PRIMARY KEY,
    version      INTEGER NOT NULL,       -- 0 for a draft; given when it is published
    state        INTEGER NOT NULL,       -- 0 draft, 1 live, 2 retired
    name         TEXT NOT NULL,
    author_id    INTEGER,
    note         TEXT NOT NULL,
    body         TEXT NOT NULL,          -- canonical JSON of score/model.h
    created_at   INTEGER NOT NULL,
    published_at INTEGER,
    retired_at   INTEGER
);
CREATE UNIQUE INDEX model_live ON model (state) WHERE state = 1;
CREATE UNIQUE INDEX model_version ON model (version) WHERE version > 0;

-- A cache: any row can be made again from the history. One row a lead, rewritten at every event that is heard.
CREATE TABLE score_state (
    lead_id      INTEGER PRIMARY KEY,
    model_id     INTEGER NOT NULL,
    total        INTEGER NOT NULL,       -- millionths of a point
    band         INTEGER NOT NULL,       -- 0 cold, 1 warm, 2 hot
    armed        INTEGER NOT NULL,
    computed_at  INTEGER NOT NULL,
    next_change  INTEGER NOT NULL,       -- 9223372036854775807: never by itself
    state        BLOB NOT NULL
);
CREATE INDEX score_state_due ON score_state (next_change) WHERE next_change < 9223372036854775807;

-- A record: what turned hot, when, and why. Never rewritten.
CREATE TABLE crossing (
    id             INTEGER PRIMARY KEY,
    lead_id        INTEGER NOT NULL,
    at             INTEGER NOT NULL,
    from_band      INTEGER NOT NULL,
    to_band        INTEGER NOT NULL,
    model_id       INTEGER NOT NULL,
    total          INTEGER NOT NULL,
    lines          TEXT NOT NULL,        -- JSON: the strongest criteria of that moment
    cause_event_id INTEGER               -- none: time alone, or a change of the profile
);
CREATE INDEX crossing_lead ON crossing (lead_id, at, id);
CREATE INDEX crossing_at ON crossing (at);

-- For report/.
CREATE VIEW v_crossing AS SELECT id, lead_id, at, from_band, to_band, model_id, total, cause_event_id FROM crossing;
CREATE VIEW v_score AS SELECT lead_id, model_id, total, band, computed_at FROM score_state;
