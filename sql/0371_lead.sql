-- lead: the list of those last seen. seen_hour is seen_at in whole hours since 1970, 0 while nothing was seen. An index of seen_at itself would be
-- written at every event; this one once an hour for each lead that does something, and within an hour the list sorts.
ALTER TABLE lead_now ADD COLUMN seen_hour INTEGER NOT NULL DEFAULT 0;
UPDATE lead_now SET seen_hour = seen_at / 3600000000 WHERE seen_at IS NOT NULL;
CREATE INDEX lead_now_seen ON lead_now (seen_hour);
