-- route: the rules as drafts and versions. The live ones stand in `rule` too, where decisions read them.

CREATE TABLE rule_version (
    id           INTEGER PRIMARY KEY,
    version      INTEGER NOT NULL,        -- 0 for a draft; given when it is published
    state        INTEGER NOT NULL,        -- 0 draft, 1 live, 2 past
    at           INTEGER NOT NULL,
    by_id        INTEGER,
    note         TEXT,
    rules        INTEGER NOT NULL,
    items        TEXT NOT NULL            -- JSON, as the API tells rules
);
CREATE INDEX assignment_rule ON assignment (at, rule_id);
