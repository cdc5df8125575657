-- route: a transfer is planned, carried out and taken back in pieces. States: 0 planning, 1 planned, 2 running, 3 done, 4 undoing, 5 undone, 6 failed.

ALTER TABLE transfer ADD COLUMN state INTEGER NOT NULL DEFAULT 3;
ALTER TABLE transfer ADD COLUMN most INTEGER NOT NULL DEFAULT 0;      -- leads that are looked at, at most
ALTER TABLE transfer ADD COLUMN to_ids TEXT NOT NULL DEFAULT '';      -- JSON list; empty: whoever the rules allow
ALTER TABLE transfer ADD COLUMN looked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE transfer ADD COLUMN more INTEGER NOT NULL DEFAULT 0;      -- 1: there are leads beyond the limit
ALTER TABLE transfer ADD COLUMN gain INTEGER NOT NULL DEFAULT 0;      -- per cent over giving out in turn
ALTER TABLE transfer ADD COLUMN moved INTEGER NOT NULL DEFAULT 0;
ALTER TABLE transfer ADD COLUMN passed INTEGER NOT NULL DEFAULT 0;    -- left where they were: something had changed since the plan
ALTER TABLE transfer ADD COLUMN back INTEGER NOT NULL DEFAULT 0;
UPDATE transfer SET moved = leads, looked = leads;
UPDATE transfer SET state = 5, back = leads WHERE undone_at IS NOT NULL;
CREATE INDEX transfer_at_work ON transfer (state) WHERE state IN (0, 2, 4);

-- 0 planned, 1 moved, 2 passed over, 3 back or left with whoever has it now.
ALTER TABLE transfer_lead ADD COLUMN state INTEGER NOT NULL DEFAULT 1;
ALTER TABLE transfer_lead ADD COLUMN amount INTEGER NOT NULL DEFAULT 0;
CREATE INDEX transfer_lead_open ON transfer_lead (transfer_id, state, lead_id);
