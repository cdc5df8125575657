-- route: for report/, decisions with all that was looked at, and turns that were given back.
CREATE VIEW v_decision AS
    SELECT id, lead_id, task_id, manager_id, at, policy, reason, rule_id, pool_id, user_id, lot_seed, lot, candidates
    FROM assignment;
CREATE VIEW v_turn_back AS SELECT assignment_id, lead_id, at FROM turn_back WHERE undone_at IS NULL;
