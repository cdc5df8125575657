-- score: what is kept of a lead has its cell and its match. Those kept before are walked once more, as if they were due.

ALTER TABLE score_state ADD COLUMN cell INTEGER NOT NULL DEFAULT 9;
ALTER TABLE score_state ADD COLUMN icp INTEGER NOT NULL DEFAULT -1;
UPDATE score_state SET next_change = 0;
