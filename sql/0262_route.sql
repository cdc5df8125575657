-- route: turns given back. A person whose turn went on a lead that was junk is owed one in that pool, until the word is taken back.

ALTER TABLE pool_member ADD COLUMN credit INTEGER NOT NULL DEFAULT 0;  -- turns owed to the person; below 0: by the person

CREATE TABLE turn_back (
    assignment_id INTEGER PRIMARY KEY,
    lead_id       INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    undone_at     INTEGER                  -- none: it stands
);
CREATE INDEX turn_back_lead ON turn_back (lead_id) WHERE undone_at IS NULL;
