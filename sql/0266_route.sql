-- route: periods lived through again under other rules: what is asked, how far it is, what came of it.

CREATE TABLE simulation (
    id           INTEGER PRIMARY KEY,
    version_id   INTEGER,                 -- the version that is tried; none: rules as they were on screen
    rules        TEXT NOT NULL,           -- JSON
    policies     TEXT NOT NULL,           -- JSON: pools whose policy is another
    from_at      INTEGER NOT NULL,
    until_at     INTEGER NOT NULL,
    state        INTEGER NOT NULL,        -- 0 waiting, 1 running, 2 done, 3 stopped, 4 failed
    done         INTEGER NOT NULL,
    total        INTEGER NOT NULL,
    why          TEXT,
    made_by      INTEGER,
    made_at      INTEGER NOT NULL,
    finished_at  INTEGER,
    report       TEXT
);
CREATE INDEX simulation_open ON simulation (id) WHERE state < 2;
CREATE INDEX assignment_when ON assignment (at, id);
