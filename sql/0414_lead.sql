-- lead: whose both leads were when they were joined, so that an undo leaves each with whoever had it. Of older merges it is not known.

ALTER TABLE lead_merge ADD COLUMN child_owner_id INTEGER;
ALTER TABLE lead_merge ADD COLUMN parent_owner_id INTEGER;
