-- team: a word a day before the end of a certificate, too; a test that somebody is to take by a head's word.

-- told: bits 1 a month before, 2 a week, 4 a day, 8 it has ended.
UPDATE certificate SET told = 15 WHERE told >= 4;
UPDATE certificate SET next_at = until_at - 86400000000
    WHERE revoked_at IS NULL AND next_at = until_at AND until_at < 9223372036854775807 AND until_at - 86400000000 >= from_at;

CREATE TABLE exam_order (
    id          INTEGER PRIMARY KEY,
    user_id     INTEGER NOT NULL,
    product_id  INTEGER NOT NULL,
    by_id       INTEGER,
    at          INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,       -- the largest number: no day was named
    closed_at   INTEGER,
    closed_why  TEXT                    -- passed, given, withdrawn, anew
);
CREATE UNIQUE INDEX exam_order_open ON exam_order (user_id, product_id) WHERE closed_at IS NULL;
