-- score: drafts tried over the whole history, and what came of it. The leads behind the figures are in report_lead under the same id.

CREATE TABLE replay (
    id           INTEGER PRIMARY KEY,    -- also report_lead.report_id
    model_id     INTEGER NOT NULL,       -- the draft, or the version
    body         TEXT NOT NULL,          -- the model that is tried, as it was when asked
    from_at      INTEGER,                -- crossings counted after; NULL: from the beginning
    until_at     INTEGER,                -- the history as known then; NULL: all of it
    state        INTEGER NOT NULL,       -- 0 waits, 1 runs, 2 done, 3 stopped, 4 failed
    done         INTEGER NOT NULL,       -- leads
    total        INTEGER NOT NULL,
    why          TEXT,                   -- of a failure
    made_by      INTEGER,
    made_at      INTEGER NOT NULL,
    finished_at  INTEGER,
    report       TEXT                    -- JSON; a function of the log and the two models alone
);
CREATE INDEX replay_state ON replay (state, id);
