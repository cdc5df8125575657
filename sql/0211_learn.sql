-- learn: what foretells whether a lead will buy, each version with its figures; the running correction; suggested points.

CREATE INDEX outcome_known ON outcome (known_at, lead_id);

-- Figures in millionths, on leads that it had not seen. Versions that were refused keep theirs, without a body.
CREATE TABLE predictor (
    id           INTEGER PRIMARY KEY,
    version      INTEGER NOT NULL UNIQUE,
    state        INTEGER NOT NULL,       -- 0 refused, 1 live, 2 retired
    why          INTEGER NOT NULL,       -- enum learn_why
    model_id     INTEGER NOT NULL,       -- whose criteria are among its columns
    made_at      INTEGER NOT NULL,
    learned_at   INTEGER NOT NULL,       -- what became known later it has not seen
    n            INTEGER NOT NULL,       -- leads that it was fitted to
    won          INTEGER NOT NULL,
    held_n       INTEGER NOT NULL,       -- leads that it was judged on
    held_won     INTEGER NOT NULL,
    by_time      INTEGER NOT NULL,       -- 1: those were later ones; 0: by chance, each part foretold by the others
    auc          INTEGER NOT NULL,
    auc_low      INTEGER NOT NULL,
    auc_high     INTEGER NOT NULL,
    brier        INTEGER NOT NULL,
    ece          INTEGER NOT NULL,
    found20      INTEGER NOT NULL,
    loss         INTEGER NOT NULL,       -- log loss
    loss_rival   INTEGER NOT NULL,       -- of what it had to beat on the same leads
    body         BLOB                    -- learn/learner.h
);
CREATE UNIQUE INDEX predictor_live ON predictor (state) WHERE state = 1;

-- Slope and intercept by which the live one is put right, millionths; one row.
CREATE TABLE correction (
    id           INTEGER PRIMARY KEY,    -- 1
    predictor_id INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    known_at     INTEGER NOT NULL,       -- of the newest outcome in it
    n            INTEGER NOT NULL,
    a            INTEGER NOT NULL,
    b            INTEGER NOT NULL,
    var_a        INTEGER NOT NULL,
    cov_ab       INTEGER NOT NULL,
    var_b        INTEGER NOT NULL
);

-- When a trial of a new predictor was last put off for want of new leads; one row.
CREATE TABLE trial_put_off (
    id           INTEGER PRIMARY KEY,    -- 1
    at           INTEGER NOT NULL
);

-- Suggested points for a model; the newest of each model counts.
CREATE TABLE suggestion (
    id           INTEGER PRIMARY KEY,
    model_id     INTEGER NOT NULL,
    state        INTEGER NOT NULL,       -- 0 waits, 1 done, 2 failed
    monotone     INTEGER NOT NULL,
    from_at      INTEGER,
    until_at     INTEGER,
    made_by      INTEGER,
    asked_at     INTEGER NOT NULL,
    made_at      INTEGER,
    body         TEXT,                   -- JSON, as shown
    draft        TEXT                    -- the model's body with the points in it
);
CREATE INDEX suggestion_model ON suggestion (model_id, id);
CREATE INDEX suggestion_waits ON suggestion (id) WHERE state = 0;
