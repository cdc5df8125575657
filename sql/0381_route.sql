-- route: how often a draft of the rules was written, so that two who edit one do not write over each other unseen.

ALTER TABLE rule_version ADD COLUMN edit INTEGER NOT NULL DEFAULT 1;
