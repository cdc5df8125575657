-- route: the rule that held when a lead began to wait; rule_id follows each later try. Of older stays it is not known.

ALTER TABLE waiting ADD COLUMN first_rule_id INTEGER;
ALTER TABLE waiting ADD COLUMN first_rule_name TEXT;
-- The card of a lead tells its stays.
CREATE INDEX waiting_lead ON waiting (lead_id, id);

-- A board of one team tells who waits for its people.
DROP VIEW v_waiting;
CREATE VIEW v_waiting AS
    SELECT id, lead_id, task_id, since, until_at, promise_due, why, alert_id, pool_id
    FROM waiting;
