-- score: how often a draft was saved, so that two people do not overwrite each other.

ALTER TABLE model ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
