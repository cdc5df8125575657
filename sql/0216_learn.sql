-- learn: calibration reports that are kept, and what sales say of the leads that they were given.

CREATE TABLE calibration (
    id           INTEGER PRIMARY KEY,    -- also report_lead.report_id
    model_id     INTEGER NOT NULL,
    source       TEXT,                   -- leads of this source alone
    from_at      INTEGER,                -- born at or after
    until_at     INTEGER,                -- born before
    moment       INTEGER NOT NULL,       -- 0 just before the outcome, 1 when the lead was handed over
    state        INTEGER NOT NULL,       -- 0 waits, 1 runs, 2 done, 3 failed
    done         INTEGER NOT NULL,       -- leads looked at
    total        INTEGER NOT NULL,
    why          TEXT,                   -- of a failure
    made_by      INTEGER,
    made_at      INTEGER NOT NULL,
    finished_at  INTEGER,
    body         TEXT                    -- the report as JSON
);
CREATE INDEX calibration_state ON calibration (state, id);

-- A cache of the deeds "Lead Accepted" and "Lead Rejected", with what the score said at that moment.
CREATE TABLE feedback (
    id           INTEGER PRIMARY KEY,
    lead_id      INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    user_id      INTEGER,
    verdict      INTEGER NOT NULL,       -- 0 accepted, 1 rejected
    reason       INTEGER NOT NULL,       -- of a rejection; 0 none
    note         TEXT NOT NULL,
    model_id     INTEGER NOT NULL,
    band         INTEGER NOT NULL,
    score        INTEGER NOT NULL        -- as shown
);
CREATE INDEX feedback_lead ON feedback (lead_id, id);
