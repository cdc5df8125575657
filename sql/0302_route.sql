-- route: what one person was given lately, for rolling quotas, without reading what everybody was.
CREATE INDEX assignment_given ON assignment (manager_id, at) WHERE counted = 1;
