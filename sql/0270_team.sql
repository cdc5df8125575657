-- team: products, the tests by which a certificate for one is earned, certificates, and what people are told of them.

CREATE TABLE product (
    id            INTEGER PRIMARY KEY,
    version       INTEGER NOT NULL,
    name          TEXT NOT NULL,
    name_fold     TEXT NOT NULL UNIQUE,   -- how leads name it in their fact "product"
    note          TEXT NOT NULL,
    gated         INTEGER NOT NULL,       -- 1: its leads are for holders of a valid certificate only
    draw          INTEGER NOT NULL,       -- questions of a test
    pass_pct      INTEGER NOT NULL,
    minutes       INTEGER NOT NULL,
    attempts      INTEGER NOT NULL,       -- 0: no limit
    cooldown_h    INTEGER NOT NULL,       -- after a failed one
    valid_days    INTEGER NOT NULL,       -- of a certificate; 0: it does not expire
    show_answers  INTEGER NOT NULL        -- 1: afterwards the right answers are shown
);

CREATE TABLE question (
    id            INTEGER PRIMARY KEY,
    version       INTEGER NOT NULL,
    product_id    INTEGER NOT NULL,
    kind          INTEGER NOT NULL,       -- 0 one, 1 several, 2 number, 3 text
    text          TEXT NOT NULL,
    text_fold     TEXT NOT NULL,
    options       TEXT NOT NULL,          -- JSON list of texts
    answer        TEXT NOT NULL,          -- JSON: places of right options, {"value","within"}, or accepted texts
    topics        TEXT NOT NULL,          -- JSON list of texts
    weight        INTEGER NOT NULL,
    active        INTEGER NOT NULL
);
CREATE UNIQUE INDEX question_text ON question (product_id, text_fold);

-- The settings of the test as they were when it was begun.
CREATE TABLE attempt (
    id            INTEGER PRIMARY KEY,
    user_id       INTEGER NOT NULL,
    product_id    INTEGER NOT NULL,
    seed          INTEGER NOT NULL,
    started_at    INTEGER NOT NULL,
    due_at        INTEGER NOT NULL,
    finished_at   INTEGER,
    ended_by      INTEGER NOT NULL,       -- 0 it runs, 1 by the person, 2 by the clock
    pass_pct      INTEGER NOT NULL,
    show_answers  INTEGER NOT NULL,
    questions     INTEGER NOT NULL,
    score         INTEGER NOT NULL,       -- weights of what was right
    full_score    INTEGER NOT NULL,
    passed        INTEGER NOT NULL
);
CREATE INDEX attempt_of ON attempt (user_id, product_id, id);
CREATE INDEX attempt_due ON attempt (due_at) WHERE finished_at IS NULL;
-- One test of a product runs at a time.
CREATE UNIQUE INDEX attempt_open ON attempt (user_id, product_id) WHERE finished_at IS NULL;

-- The questions as they were asked: the bank may change meanwhile.
CREATE TABLE attempt_item (
    attempt_id    INTEGER NOT NULL,
    place         INTEGER NOT NULL,
    question_id   INTEGER NOT NULL,
    product_id    INTEGER NOT NULL,
    kind          INTEGER NOT NULL,
    text          TEXT NOT NULL,
    options       TEXT NOT NULL,          -- in the order in which they are shown
    answer        TEXT NOT NULL,          -- places in that order
    topics        TEXT NOT NULL,
    weight        INTEGER NOT NULL,
    given         TEXT,                   -- JSON, as it was answered
    given_at      INTEGER,
    points        INTEGER,                -- when it is over
    PRIMARY KEY (attempt_id, place)
);
CREATE INDEX attempt_item_product ON attempt_item (product_id, question_id);

-- From here on earlier attempts do not count against the limit.
CREATE TABLE attempt_reset (
    user_id       INTEGER NOT NULL,
    product_id    INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    by_id         INTEGER,
    PRIMARY KEY (user_id, product_id)
);

CREATE TABLE certificate (
    id            INTEGER PRIMARY KEY,
    user_id       INTEGER NOT NULL,
    product_id    INTEGER NOT NULL,
    from_at       INTEGER NOT NULL,
    until_at      INTEGER NOT NULL,       -- the first instant without it; the largest number: none
    revoked_at    INTEGER,
    revoked_by    INTEGER,
    revoke_reason TEXT,
    attempt_id    INTEGER,                -- NULL: given by hand
    given_by      INTEGER,
    reason        TEXT,
    told          INTEGER NOT NULL,       -- bits: 1 a month before, 2 a week before, 4 it has ended
    next_at       INTEGER NOT NULL        -- when the clock has something to do with it; the largest number: never
);
CREATE INDEX certificate_of ON certificate (user_id, product_id, id);
CREATE INDEX certificate_next ON certificate (next_at);
CREATE INDEX certificate_until ON certificate (until_at) WHERE revoked_at IS NULL;

-- What a person is told of a certificate, until it is put away.
CREATE TABLE certificate_notice (
    id            INTEGER PRIMARY KEY,
    user_id       INTEGER NOT NULL,
    certificate_id INTEGER NOT NULL,
    product_id    INTEGER NOT NULL,
    kind          INTEGER NOT NULL,       -- 0 month, 1 week, 2 ended, 3 revoked, 4 given
    at            INTEGER NOT NULL,
    until_at      INTEGER NOT NULL,
    seen_at       INTEGER
);
CREATE INDEX certificate_notice_of ON certificate_notice (user_id, id) WHERE seen_at IS NULL;

-- A person has lost a product: what is to become of the open leads of it.
CREATE TABLE skill_plan (
    id            INTEGER PRIMARY KEY,
    user_id       INTEGER NOT NULL,
    product_id    INTEGER NOT NULL,
    certificate_id INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    hot_moved     INTEGER NOT NULL,       -- somebody else's since that second
    hot_waiting   INTEGER NOT NULL,       -- in the queue
    leads         INTEGER NOT NULL,       -- for the head to hand over
    task_id       INTEGER,                -- by which the head was told
    closed_at     INTEGER,
    closed_why    TEXT                    -- transferred, regained, empty, by_hand
);
CREATE UNIQUE INDEX skill_plan_open ON skill_plan (user_id, product_id) WHERE closed_at IS NULL;
