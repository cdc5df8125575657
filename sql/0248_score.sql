-- score: the clock looks at a lead by `due`, an instant no later than next_change. An event that puts next_change off leaves due alone, and
-- with it the index; the clock then looks once in vain, and puts due right.
-- A later migration that wants leads walked again sets due, not next_change alone.

ALTER TABLE score_state ADD COLUMN due INTEGER NOT NULL DEFAULT 9223372036854775807;
UPDATE score_state SET due = next_change WHERE next_change < 9223372036854775807;
DROP INDEX score_state_due;
CREATE INDEX score_state_due ON score_state (due) WHERE due < 9223372036854775807;
