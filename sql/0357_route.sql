-- route: who gets what of a transfer may be somebody's word; what stays says why; the leaver goes with the base.

ALTER TABLE transfer ADD COLUMN word INTEGER NOT NULL DEFAULT 0;      -- 1: to those of to_ids whatever pools and rules say
ALTER TABLE transfer ADD COLUMN clients INTEGER NOT NULL DEFAULT 0;   -- of leads: won
ALTER TABLE transfer ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;      -- of leads: lost
ALTER TABLE transfer ADD COLUMN leaver INTEGER NOT NULL DEFAULT 0;    -- 0 works on, 1 goes off duty, 2 the account is disabled
ALTER TABLE transfer ADD COLUMN leaver_was INTEGER NOT NULL DEFAULT 0; -- bits of what it changed: 1 on duty, 2 duty began again by itself, 4 active

-- State 7: no one gets it by the plan; to_id 0. why: of those and of state 2, a word.
ALTER TABLE transfer_lead ADD COLUMN why TEXT NOT NULL DEFAULT '';

-- Decisions that an undone transfer took back, since when: from then on no quota counts them. The decision itself stays as it was made.
CREATE TABLE given_back (
    assignment_id INTEGER PRIMARY KEY,
    lead_id       INTEGER NOT NULL,
    manager_id    INTEGER NOT NULL,
    given_at      INTEGER NOT NULL,
    at            INTEGER NOT NULL
);
CREATE INDEX given_back_at ON given_back (at);
INSERT INTO given_back (assignment_id, lead_id, manager_id, given_at, at)
    SELECT a.id, a.lead_id, a.manager_id, a.at, min(t.undone_at) FROM transfer t JOIN transfer_lead l ON l.transfer_id = t.id AND l.state = 3
    JOIN assignment a ON a.lead_id = l.lead_id AND a.manager_id = l.to_id AND a.at >= t.at AND a.at <= t.undone_at
    AND a.policy = 'manual' AND a.reason IN ('backlog', 'handover', 'balance', 'certificate')
    WHERE t.undone_at IS NOT NULL GROUP BY a.id, a.lead_id, a.manager_id, a.at;
