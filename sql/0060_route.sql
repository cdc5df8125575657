-- route: rules, pools, decisions kept whole, and the queue of leads for whom nobody was free.

CREATE TABLE pool (
    id           INTEGER PRIMARY KEY,
    version      INTEGER NOT NULL,
    name         TEXT NOT NULL,
    policy       INTEGER NOT NULL,
    everyone     INTEGER                  -- 1: the default pool of all managers; there is one
);
CREATE UNIQUE INDEX pool_everyone ON pool (everyone) WHERE everyone IS NOT NULL;

-- member 0: no longer (or, in the default pool, never) named as a member, but with a place to come back to.
CREATE TABLE pool_member (
    pool_id      INTEGER NOT NULL,
    user_id      INTEGER NOT NULL,
    member       INTEGER NOT NULL,
    weight       INTEGER NOT NULL,        -- 0: the manager's own
    pass         INTEGER NOT NULL,        -- place under the weighted policy
    last_at      INTEGER,                 -- when the pool last gave them a lead
    PRIMARY KEY (pool_id, user_id)
);

CREATE TABLE rule (
    id           INTEGER PRIMARY KEY,
    place        INTEGER NOT NULL,
    name         TEXT NOT NULL,
    condition    TEXT NOT NULL,
    pool_id      INTEGER NOT NULL,
    fallback_id  INTEGER,
    sla_minutes  INTEGER NOT NULL,
    demands      INTEGER NOT NULL,        -- bits: 1 product, 2 region, 4 language
    enabled      INTEGER NOT NULL
);

CREATE TABLE assignment (
    id           INTEGER PRIMARY KEY,
    lead_id      INTEGER NOT NULL,
    task_id      INTEGER,                 -- the task made with this decision: one decision each
    moved_task_id INTEGER,                -- a task that was handed over
    manager_id   INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    policy       TEXT NOT NULL,
    reason       TEXT NOT NULL,
    note         TEXT,
    rule_id      INTEGER,
    rule_name    TEXT,
    pool_id      INTEGER,
    user_id      INTEGER,                 -- who decided by hand
    counted      INTEGER NOT NULL,        -- 1: counts towards quotas
    candidates   TEXT NOT NULL            -- JSON, whole
);
CREATE UNIQUE INDEX assignment_task ON assignment (task_id) WHERE task_id IS NOT NULL;
CREATE INDEX assignment_lead ON assignment (lead_id, id);
CREATE INDEX assignment_at ON assignment (at, manager_id) WHERE counted = 1;

-- A row is closed (until_at), never removed: custody is shown over any period.
CREATE TABLE waiting (
    id           INTEGER PRIMARY KEY,
    lead_id      INTEGER NOT NULL,
    task_id      INTEGER NOT NULL,
    rule_id      INTEGER,
    pool_id      INTEGER,
    since        INTEGER NOT NULL,
    until_at     INTEGER,
    promise_due  INTEGER NOT NULL,
    next_at      INTEGER NOT NULL,        -- when somebody may become free by the clock alone
    why          TEXT NOT NULL,
    alert_id     INTEGER                  -- the task by which the head was told
);
CREATE UNIQUE INDEX waiting_now ON waiting (lead_id) WHERE until_at IS NULL;
CREATE INDEX waiting_next ON waiting (next_at) WHERE until_at IS NULL;
CREATE INDEX waiting_since ON waiting (since);

CREATE TABLE declined (
    lead_id      INTEGER NOT NULL,
    user_id      INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    reason       TEXT NOT NULL,
    PRIMARY KEY (lead_id, user_id)
);

-- For report/.
CREATE VIEW v_assignment AS
    SELECT id, lead_id, task_id, moved_task_id, manager_id, at, policy, reason, rule_id, pool_id, user_id
    FROM assignment;
CREATE VIEW v_waiting AS
    SELECT id, lead_id, task_id, since, until_at, promise_due, why, alert_id
    FROM waiting;
