-- route: when somebody went with the base, so that it is known who is off duty for good until they come on again. Of older transfers it is not known.

ALTER TABLE transfer ADD COLUMN left_at INTEGER; -- leaver 1 and 2: when carrying it out began
CREATE INDEX transfer_left ON transfer (from_id) WHERE left_at IS NOT NULL;
