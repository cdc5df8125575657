-- task: who answers for each task, since when and by when: a row with each change, in its transaction, never changed afterwards. The task
-- itself says only how it stands now; custody over a past period is held against these.

CREATE TABLE task_hold (
    lead_id      INTEGER NOT NULL,
    task_id      INTEGER NOT NULL,
    version      INTEGER NOT NULL,        -- of the task as it stood then: the order; below 0: supplied by this step
    kind         INTEGER NOT NULL,
    since        INTEGER NOT NULL,
    holder_id    INTEGER,                 -- none: nobody's, or it has ended
    due_at       INTEGER,                 -- none: it has ended; 9223372036854775807: no deadline
    PRIMARY KEY (lead_id, task_id, version)
);

-- What is known of the time before: when each was made, given by a decision, put into the queue, ended. What is not: who held a task before
-- its present person when no decision says so, that it had ended before it was opened again, its deadlines but the last.
INSERT INTO task_hold (lead_id, task_id, version, kind, since, holder_id, due_at)
SELECT t.lead_id, t.id, row_number() OVER (PARTITION BY t.id ORDER BY s.since, s.place, s.id) - 1000000, t.kind, s.since, s.holder_id,
       CASE WHEN s.place < 3 THEN t.due_at END
FROM (
    SELECT id AS task_id, created_at AS since, 0 AS place, 0 AS id,
           CASE WHEN EXISTS (SELECT 1 FROM v_given g WHERE g.task_id = task.id) THEN NULL ELSE assignee_id END AS holder_id
    FROM task
    UNION ALL SELECT task_id, at, 1, id, manager_id FROM v_given
    UNION ALL SELECT task_id, since, 2, id, NULL FROM v_waiting WHERE until_at IS NULL OR until_at > since
    UNION ALL SELECT id, done_at, 3, 0, NULL FROM task WHERE done_at IS NOT NULL
) s JOIN task t ON t.id = s.task_id
WHERE t.kind NOT IN (5, 6, 7);
