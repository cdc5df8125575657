-- task: what a change of model withdrew is as if it had never been, for report/: nobody answered it, and nobody broke a norm by it.

-- void: withdrawn, for the events that made it count no more, or by the model.
DROP VIEW v_task;
CREATE VIEW v_task AS
    SELECT id, lead_id, kind, state, created_at, due_at, done_at, assignee_id, done_by, result, sla_minutes, crossing_id,
           CASE WHEN state = 2 AND (reason = 'automatic' OR reason = 'model') THEN 1 ELSE 0 END AS void
    FROM task;
