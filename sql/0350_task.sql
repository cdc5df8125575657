-- task: for report/, who answered for each task when, and which tasks are as if they had never been.

CREATE VIEW v_task_hold AS
    SELECT lead_id, task_id, version, since, holder_id, due_at FROM task_hold;

-- void: withdrawn, for the events that made it count no more.
DROP VIEW v_task;
CREATE VIEW v_task AS
    SELECT id, lead_id, kind, state, created_at, due_at, done_at, assignee_id, done_by, result, sla_minutes, crossing_id,
           CASE WHEN state = 2 AND reason = 'automatic' THEN 1 ELSE 0 END AS void
    FROM task;
