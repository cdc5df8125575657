-- learn: how leads ended. A row is derived from the deeds of stage that the history keeps, of the lead at the root of the standing merges;
-- no row: still open.

CREATE TABLE outcome (
    lead_id      INTEGER PRIMARY KEY,
    state        INTEGER NOT NULL,       -- 1 won, 2 lost
    at           INTEGER NOT NULL,       -- when it was decided
    known_at     INTEGER NOT NULL,       -- when the house learned of it
    amount       INTEGER,                -- minor units, as the deed told it
    reason       TEXT
);
CREATE INDEX outcome_at ON outcome (at, lead_id);

-- How far the leads of before this table have been walked: the last one; 9223372036854775807 when all have been.
CREATE TABLE outcome_walk (
    id           INTEGER PRIMARY KEY,    -- 1
    lead_id      INTEGER NOT NULL
);

-- For report/.
CREATE VIEW v_outcome AS SELECT lead_id, state, at, known_at, amount FROM outcome;
