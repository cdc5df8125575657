-- How many leads a list has is counted from this index alone: it is touched by what moves a lead, not by what changes its score.
CREATE INDEX lead_now_kind ON lead_now (band, stage, owner_id);
-- And a list of one stage looks at the stage before it looks at the lead.
DROP INDEX lead_now_band;
CREATE INDEX lead_now_band ON lead_now (band, score, lead_id, stage);
