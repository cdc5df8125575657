-- lead: what owners have in hand, counted as leads change (lead/load.h).

CREATE TABLE owner_load (
    owner_id     INTEGER PRIMARY KEY,
    cold         INTEGER NOT NULL,        -- leads in open stages
    warm         INTEGER NOT NULL,
    hot          INTEGER NOT NULL
);

-- Where several programs write: what has not been added up yet.
CREATE TABLE owner_load_change (
    id           INTEGER PRIMARY KEY,
    owner_id     INTEGER NOT NULL,
    cold         INTEGER NOT NULL,
    warm         INTEGER NOT NULL,
    hot          INTEGER NOT NULL
);

INSERT INTO owner_load (owner_id, cold, warm, hot)
    SELECT owner_id, sum(CASE WHEN band = 0 THEN 1 ELSE 0 END), sum(CASE WHEN band = 1 THEN 1 ELSE 0 END), sum(CASE WHEN band = 2 THEN 1 ELSE 0 END)
    FROM lead_now WHERE owner_id IS NOT NULL AND stage < 5 GROUP BY owner_id;
DROP INDEX lead_now_load;
