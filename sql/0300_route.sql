-- route: who was considered, kept as bytes over a frame (noun/candidate.h) in place of JSON, which among 500 people was 84 KB a decision.
-- Rows from before keep their JSON in candidates; new ones have it empty.

CREATE TABLE candidate_frame (
    id           INTEGER PRIMARY KEY,
    pool_id      INTEGER NOT NULL,
    body         BLOB NOT NULL,
    step         INTEGER NOT NULL         -- bytes by which the first decision behind it differed; 0: none came yet
);
CREATE INDEX candidate_frame_pool ON candidate_frame (pool_id, id);

ALTER TABLE assignment ADD COLUMN packed BLOB;
ALTER TABLE assignment ADD COLUMN frame_id INTEGER;
ALTER TABLE waiting ADD COLUMN packed BLOB;
ALTER TABLE waiting ADD COLUMN frame_id INTEGER;

DROP VIEW v_decision;
CREATE VIEW v_decision AS
    SELECT id, lead_id, task_id, manager_id, at, policy, reason, rule_id, pool_id, user_id, lot_seed, lot, candidates, packed, frame_id
    FROM assignment;
CREATE VIEW v_candidate_frame AS SELECT id, body FROM candidate_frame;
