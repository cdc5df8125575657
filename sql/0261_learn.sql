-- learn: how people did with the leads they were given, made anew as outcomes come. What is shown, and what decisions go by.

CREATE TABLE performance (
    id            INTEGER PRIMARY KEY,    -- also report_lead.report_id
    state         INTEGER NOT NULL,       -- 0 is being made, 1 whole
    made_at       INTEGER NOT NULL,       -- what became known later it has not seen
    maturity_days INTEGER NOT NULL,
    by_chance     INTEGER NOT NULL,       -- 1: leads by their probability, 0: by their score
    sampled       INTEGER NOT NULL,       -- 1: an even choice of a large base
    curve         TEXT NOT NULL           -- the chance of a lead by its score, JSON
);

-- user 0: the team; segment 0: all leads, else a source, by number. Shares, ratios and counts of expected wins in millionths, money in minor units.
CREATE TABLE performance_row (
    report_id     INTEGER NOT NULL,
    user_id       INTEGER NOT NULL,
    segment       INTEGER NOT NULL,
    source        TEXT NOT NULL,          -- of the segment; empty: all
    leads         INTEGER NOT NULL,
    n             INTEGER NOT NULL,       -- that count: bought, or will not any more
    won           INTEGER NOT NULL,
    expected      INTEGER NOT NULL,
    enough        INTEGER NOT NULL,
    rate          INTEGER NOT NULL,
    rate_low      INTEGER NOT NULL,
    rate_high     INTEGER NOT NULL,
    ratio         INTEGER NOT NULL,
    ratio_low     INTEGER NOT NULL,
    ratio_high    INTEGER NOT NULL,
    verdict       INTEGER NOT NULL,       -- 0 unclear, 1 above, 2 below
    deals         INTEGER NOT NULL,       -- wins with an amount
    deal_enough   INTEGER NOT NULL,
    deal          INTEGER NOT NULL,
    deal_low      INTEGER NOT NULL,
    deal_high     INTEGER NOT NULL,
    deal_verdict  INTEGER NOT NULL,
    PRIMARY KEY (report_id, user_id, segment)
);
