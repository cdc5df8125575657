-- learn: the lot of a contest has the same chance for every lead: what a stratum is owed is asked no more.

DROP TABLE contest_stratum;
ALTER TABLE contest_arm DROP COLUMN stratum;
