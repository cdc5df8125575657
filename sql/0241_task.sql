-- task: norms of the first answer, and what is done when a call is not made in time.

CREATE TABLE sla_norm (
    place        INTEGER PRIMARY KEY,     -- order: the first that fits decides
    band         INTEGER NOT NULL,        -- -1: any
    source       TEXT NOT NULL,           -- empty: any
    minutes      INTEGER NOT NULL,        -- of working time
    remind       INTEGER NOT NULL,        -- minutes before the deadline; 0: never
    reassign     INTEGER NOT NULL,        -- working minutes after it; -1: never
    escalate     INTEGER NOT NULL         -- working minutes after it; -1: never
);

ALTER TABLE task ADD COLUMN alarm_at INTEGER NOT NULL DEFAULT 9223372036854775807;
ALTER TABLE task ADD COLUMN alarms INTEGER NOT NULL DEFAULT 0;   -- bits of what has been done: 1 reminded, 2 reassigned, 4 escalated
CREATE INDEX task_alarm ON task (alarm_at) WHERE state = 0 AND alarm_at < 9223372036854775807;
