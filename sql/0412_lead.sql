-- lead: how far leads of before lists left out those whom only programs have shown have been looked at: the last one; 9223372036854775807 when all
-- have been.
CREATE TABLE lead_delist_walk (
    id           INTEGER PRIMARY KEY,    -- 1
    lead_id      INTEGER NOT NULL
);
