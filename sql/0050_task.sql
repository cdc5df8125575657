-- task: what a person must do about a lead, by when.

CREATE TABLE task (
    id           INTEGER PRIMARY KEY,
    version      INTEGER NOT NULL,
    lead_id      INTEGER NOT NULL,
    kind         INTEGER NOT NULL,
    state        INTEGER NOT NULL,        -- 0 open, 1 done, 2 cancelled
    title        TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    due_at       INTEGER NOT NULL,        -- 9223372036854775807: no deadline
    done_at      INTEGER,
    assignee_id  INTEGER,                 -- none: in route's queue
    made_by      INTEGER,
    done_by      INTEGER,
    result       INTEGER NOT NULL,
    note         TEXT,
    reason       TEXT,
    sla_minutes  INTEGER NOT NULL,
    crossing_id  INTEGER,                 -- the entry into hot that it answers: one task each
    parent_id    INTEGER,
    cooled_at    INTEGER
);
CREATE UNIQUE INDEX task_crossing ON task (crossing_id) WHERE crossing_id IS NOT NULL;
CREATE INDEX task_lead ON task (lead_id, id);
CREATE INDEX task_of ON task (assignee_id, id) WHERE assignee_id IS NOT NULL;
CREATE INDEX task_open_of ON task (assignee_id, due_at, id) WHERE state = 0;
CREATE INDEX task_open ON task (due_at, id) WHERE state = 0;
CREATE INDEX task_ended_of ON task (assignee_id, done_at, id) WHERE state > 0;
CREATE INDEX task_ended ON task (done_at, id) WHERE state > 0;
CREATE INDEX task_parent ON task (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX task_made ON task (created_at);

-- For report/: tasks without their words.
CREATE VIEW v_task AS
    SELECT id, lead_id, kind, state, created_at, due_at, done_at, assignee_id, done_by, result, sla_minutes, crossing_id
    FROM task;
