-- learn: whether so many were won or lost is asked twice a second by whoever waits to learn: by this index, and no further than it takes.
CREATE INDEX outcome_state ON outcome (state, lead_id);
