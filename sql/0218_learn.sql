-- learn: contests of two models on live leads. An arm is a fact: by which model the lead is scored, and with what chance the lot fell so.

CREATE TABLE contest (
    id            INTEGER PRIMARY KEY,
    name          TEXT NOT NULL,
    champion_id   INTEGER NOT NULL,
    challenger_id INTEGER NOT NULL,
    share         INTEGER NOT NULL,      -- of leads for the challenger, millionths
    metric        INTEGER NOT NULL,      -- 0 bought, 1 accepted by sales
    alpha         INTEGER NOT NULL,      -- the greatest chance of a false verdict, millionths
    margin        INTEGER NOT NULL,      -- a ratio of less than 1 + this is no difference, millionths
    state         INTEGER NOT NULL,      -- 0 runs, 1 decided, 2 stopped
    winner        INTEGER,               -- of a decided one: 0 champion, 1 challenger, 2 neither
    made_by       INTEGER,
    started_at    INTEGER NOT NULL,
    ended_at      INTEGER
);
CREATE UNIQUE INDEX contest_running ON contest (state) WHERE state = 0;

CREATE TABLE contest_arm (
    lead_id       INTEGER PRIMARY KEY,
    contest_id    INTEGER NOT NULL,      -- the latest that the lead took part in
    arm           INTEGER NOT NULL,      -- 0 champion, 1 challenger
    chance        INTEGER NOT NULL,      -- of the challenger, as the lot was drawn; millionths
    stratum       TEXT NOT NULL,         -- source and band
    at            INTEGER NOT NULL
);
CREATE INDEX contest_arm_contest ON contest_arm (contest_id, lead_id);

-- How many of a stratum went where: the lot leans towards what is owed.
CREATE TABLE contest_stratum (
    contest_id    INTEGER NOT NULL,
    stratum       TEXT NOT NULL,
    first         INTEGER NOT NULL,
    second        INTEGER NOT NULL,
    PRIMARY KEY (contest_id, stratum)
);
