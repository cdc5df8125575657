-- score: where a lead's score was told anew: its first telling, another model, people joined or parted, items taken back. Between two of them the
-- score follows from the history alone; so with them every crossing that was ever made can be made again and compared.

CREATE TABLE score_turn (
    lead_id      INTEGER NOT NULL,
    id           INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    model_id     INTEGER NOT NULL,       -- by which it is scored from here on; 0: by none, it became part of another lead
    fresh        INTEGER NOT NULL,       -- 1: nothing was remembered of an earlier telling
    lost         INTEGER NOT NULL,       -- 1: items were taken back, so what was before cannot be told again
    band         INTEGER NOT NULL,       -- remembered behind it
    armed        INTEGER NOT NULL,
    PRIMARY KEY (lead_id, id)
);
