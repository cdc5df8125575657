-- lead: the cell of the grid and the match with the ideal customer, as lists are filtered and sorted by them.

ALTER TABLE lead_now ADD COLUMN cell INTEGER NOT NULL DEFAULT 9;   -- 0 A1 .. 8 C3; 9: none counted yet
ALTER TABLE lead_now ADD COLUMN icp INTEGER NOT NULL DEFAULT -1;   -- per cent; -1: none
CREATE INDEX lead_now_cell ON lead_now ((cell * 100000000 - score), lead_id);

CREATE VIEW v_lead_cell AS SELECT lead_id, cell, icp, created_at FROM lead_now;
