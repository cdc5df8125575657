-- route: how likely a decision was to fall as it did, so that other ways of sharing can be judged by what came of it.

ALTER TABLE assignment ADD COLUMN probability INTEGER NOT NULL DEFAULT 1000000; -- millionths; 1000000: nothing was left to chance
ALTER TABLE assignment ADD COLUMN lot_share INTEGER NOT NULL DEFAULT 0;         -- millionths of such decisions that are drawn
ALTER TABLE assignment ADD COLUMN lot_seed INTEGER;                             -- what it was drawn from; none: nothing was drawn
ALTER TABLE assignment ADD COLUMN lot INTEGER NOT NULL DEFAULT 0;               -- 1: the lot decided, not the policy
ALTER TABLE rule ADD COLUMN explore INTEGER NOT NULL DEFAULT 0;                 -- per cent of its decisions drawn by lot
