-- learn: lots of a contest are drawn from an urn a stratum, block by block, without putting back: how many are left of the block that is drawn from, and which
-- block a lot is of. Lots of before have the chance that they had, and no block.

DROP TABLE contest_stratum;
CREATE TABLE contest_urn (
    contest_id    INTEGER NOT NULL,
    stratum       TEXT NOT NULL,         -- source and band
    block         INTEGER NOT NULL,
    firsts        INTEGER NOT NULL,      -- of the whole block: champion
    seconds       INTEGER NOT NULL,      -- challenger
    firsts_left   INTEGER NOT NULL,
    seconds_left  INTEGER NOT NULL,
    PRIMARY KEY (contest_id, stratum)
);
ALTER TABLE contest_arm ADD COLUMN block INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contest_arm ADD COLUMN firsts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contest_arm ADD COLUMN seconds INTEGER NOT NULL DEFAULT 0;
