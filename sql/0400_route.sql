-- route: what an undone transfer took back was not given, and the lead was not given again to whoever had it: reports count neither, as quotas do not.

DROP VIEW v_decision;
CREATE VIEW v_decision AS
    SELECT id, lead_id, task_id, manager_id, at, policy, reason, rule_id, pool_id, user_id, lot_seed, lot, candidates, packed, frame_id
    FROM assignment a WHERE a.reason <> 'undone' AND NOT EXISTS (SELECT 1 FROM given_back b WHERE b.assignment_id = a.id);
