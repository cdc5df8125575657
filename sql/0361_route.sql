-- route: whoever may not get leads keeps the place by that of the pool; written once as it begins and once as it ends, not with each step of the pool.

ALTER TABLE pool ADD COLUMN moved INTEGER NOT NULL DEFAULT 0;          -- how far the pool's place has moved while somebody was away
ALTER TABLE pool_member ADD COLUMN away INTEGER NOT NULL DEFAULT 0;    -- 1: the place is pass + (pool.moved - since)
ALTER TABLE pool_member ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
