-- intake: marks by which events count or do not: automatic traffic, and what was taken for it wrongly. Undone, never deleted.

CREATE TABLE mark (
    id          INTEGER PRIMARY KEY,
    kind        INTEGER NOT NULL,        -- source, visitor, e-mail, domain, user agent, lead, event: intake/mark.h
    value       TEXT NOT NULL,           -- as it was given; of an event "lead:at:id" in numbers
    person      INTEGER NOT NULL,        -- 1: a person all the same, whatever signals say
    reason      TEXT NOT NULL,
    made_by     INTEGER,                 -- none: the house (addresses of its own users)
    at          INTEGER NOT NULL,
    undone_at   INTEGER,
    undone_by   INTEGER,
    place       INTEGER NOT NULL,        -- the base is walked up to this lead; 9223372036854775807: through
    done        INTEGER NOT NULL,        -- leads walked
    total       INTEGER NOT NULL         -- leads to walk
);
CREATE INDEX mark_due ON mark (id) WHERE place < 9223372036854775807;
CREATE INDEX mark_standing ON mark (kind, value) WHERE undone_at IS NULL;

-- Leads that a standing mark of a kind that speaks of people holds: theirs are all events, whatever each says of itself.
CREATE TABLE mark_lead (
    lead_id     INTEGER NOT NULL,
    mark_id     INTEGER NOT NULL,
    PRIMARY KEY (lead_id, mark_id)
);
CREATE INDEX mark_lead_mark ON mark_lead (mark_id, lead_id);

-- Another with each change of the two: a program's snapshot of them is good while it is the same.
CREATE TABLE mark_stamp (
    id          INTEGER PRIMARY KEY,     -- 1
    stamp       INTEGER NOT NULL
);
INSERT INTO mark_stamp (id, stamp) VALUES (1, 1);
