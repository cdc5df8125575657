-- team: what is to be sold in a month, by a person or (user_id 0) by the company.
CREATE TABLE sales_target (
    month        INTEGER NOT NULL,       -- 202611
    user_id      INTEGER NOT NULL,
    money        INTEGER,                -- minor units; none: not in money
    deals        INTEGER,                -- none: not in deals
    set_by       INTEGER,
    set_at       INTEGER NOT NULL,
    PRIMARY KEY (month, user_id)
);
