-- route: each decision with the task that it gave, made with it or handed over, for the next step to read once.

CREATE VIEW v_given AS
    SELECT id, coalesce(task_id, moved_task_id) AS task_id, manager_id, at FROM assignment
    WHERE task_id IS NOT NULL OR moved_task_id IS NOT NULL;
