-- score: while a contest runs the live model has a rival, by which a part of the leads is scored (learn keeps which: contest_arm). A rival is
-- a version of its own: numbered, unchangeable, state 3 while it runs, 2 afterwards.
ALTER TABLE model ADD COLUMN rival_id INTEGER;
ALTER TABLE model ADD COLUMN contest_id INTEGER;
