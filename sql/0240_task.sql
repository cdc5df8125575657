-- task: the stretches of time in which a lead is hot and somebody must answer for it. Written by the walks; what custody is held against.

CREATE TABLE hot_spell (
    id           INTEGER PRIMARY KEY,
    lead_id      INTEGER NOT NULL,
    since        INTEGER NOT NULL,        -- when the house learned that it is hot
    until_at     INTEGER,                 -- none: it is
    why          TEXT                     -- how it ended: cooled, decided, merged
);
CREATE UNIQUE INDEX hot_spell_now ON hot_spell (lead_id) WHERE until_at IS NULL;
CREATE INDEX hot_spell_lead ON hot_spell (lead_id, since);
CREATE INDEX hot_spell_until ON hot_spell (until_at);

CREATE VIEW v_hot_spell AS SELECT lead_id, since, until_at, why FROM hot_spell;
