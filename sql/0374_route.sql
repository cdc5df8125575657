-- Whether so much was given is counted in the index alone: SQLite looks a row up for the column that the index is partial by, unless it has it.
DROP INDEX assignment_given;
CREATE INDEX assignment_given ON assignment (manager_id, at, counted) WHERE counted = 1;
