-- learn: the newest thing that became known of a lead, by a number that only tells whether it is still the same: what was foretold of the lead and kept in
-- memory holds as long as it is. Written while a predictor is in use; no row: nothing has come since one is.
CREATE TABLE chance_news (
    lead_id      INTEGER PRIMARY KEY,
    stamp        INTEGER NOT NULL
);
