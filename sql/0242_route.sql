-- route: many leads handed over at once, kept so that it can be taken back.

CREATE TABLE transfer (
    id           INTEGER PRIMARY KEY,
    at           INTEGER NOT NULL,
    by_id        INTEGER,
    kind         INTEGER NOT NULL,        -- 0 backlog, 1 handover, 2 balance
    from_id      INTEGER,                 -- whose leads they were; none: nobody's
    leads        INTEGER NOT NULL,
    undone_at    INTEGER
);

CREATE TABLE transfer_lead (
    transfer_id  INTEGER NOT NULL,
    lead_id      INTEGER NOT NULL,
    from_id      INTEGER,
    to_id        INTEGER NOT NULL,
    PRIMARY KEY (transfer_id, lead_id)
);
