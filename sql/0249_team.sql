-- team: duty that begins again by itself with the working day, and which leads somebody may have at all.

ALTER TABLE manager ADD COLUMN duty_mode INTEGER NOT NULL DEFAULT 0; -- 0 manual, 1 automatic
ALTER TABLE manager ADD COLUMN sees TEXT NOT NULL DEFAULT '';        -- JSON of cond/; empty: all
