-- score: the model by which all leads have been scored; one row. Without it each start would walk all leads to find that out.

CREATE TABLE score_applied (
    id           INTEGER PRIMARY KEY,    -- 1
    model_id     INTEGER NOT NULL
);
