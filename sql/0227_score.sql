-- score: a crossing stays a record. When what caused it turns out not to count, that is written beside it; lifted when it counts again.

CREATE TABLE crossing_void (
    crossing_id INTEGER PRIMARY KEY,
    lead_id     INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    lifted_at   INTEGER
);
CREATE INDEX crossing_void_lead ON crossing_void (lead_id);
