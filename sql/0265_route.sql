-- route: what decisions looked at besides the lead, as it stood: people, pools, rules, norms. Appended when it differs from what was known.

CREATE TABLE past (
    id           INTEGER PRIMARY KEY,     -- rises like the ids of decisions: what a decision saw has a smaller one
    at           INTEGER NOT NULL,
    kind         INTEGER NOT NULL,        -- 1 a person, 2 a pool, 3 rules, 4 norms
    ref          INTEGER NOT NULL,        -- the person, the pool; 0
    body         TEXT NOT NULL            -- JSON; empty: gone
);
CREATE INDEX past_of ON past (kind, ref, at);

CREATE TABLE past_now (
    kind         INTEGER NOT NULL,        -- 0: all of it
    ref          INTEGER NOT NULL,
    digest       INTEGER NOT NULL,
    PRIMARY KEY (kind, ref)
);

-- A wait is a decision that nobody may: whoever was considered when it began.
ALTER TABLE waiting ADD COLUMN candidates TEXT;
