-- route: a version of the rules holds by which policy each pool picks, too. Versions from before know of none: taken up again they leave the pools as
-- they are.
ALTER TABLE rule_version ADD COLUMN policies TEXT NOT NULL DEFAULT '[]';
