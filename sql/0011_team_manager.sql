-- team: working calendars, absences, and what routing knows of each manager.

CREATE TABLE calendar (
    id           INTEGER PRIMARY KEY,
    version      INTEGER NOT NULL,
    name         TEXT NOT NULL,
    body         TEXT NOT NULL,           -- JSON of cal/
    changed_at   INTEGER NOT NULL
);

CREATE TABLE absence (
    id           INTEGER PRIMARY KEY,
    user_id      INTEGER NOT NULL,
    from_at      INTEGER NOT NULL,
    until_at     INTEGER NOT NULL,
    reason       TEXT NOT NULL,
    catch_up     INTEGER NOT NULL
);
CREATE INDEX absence_user ON absence (user_id, until_at);

CREATE TABLE manager (
    user_id      INTEGER PRIMARY KEY,
    version      INTEGER NOT NULL,
    on_duty      INTEGER NOT NULL,
    duty_at      INTEGER NOT NULL,
    calendar_id  INTEGER,                 -- none: at work at every hour
    capacity     INTEGER NOT NULL,        -- units; 0: no limit
    daily_quota  INTEGER NOT NULL,        -- leads in any 24 hours; 0: none
    hourly_quota INTEGER NOT NULL,        -- leads in any 60 minutes; 0: none
    level        INTEGER NOT NULL,        -- 0 trainee, 1 regular, 2 senior
    weight       INTEGER NOT NULL,
    products     TEXT NOT NULL,           -- JSON lists of texts; []: all
    regions      TEXT NOT NULL,
    languages    TEXT NOT NULL
);
CREATE INDEX manager_calendar ON manager (calendar_id) WHERE calendar_id IS NOT NULL;
