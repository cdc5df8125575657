-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The same work as an engineer would put it into PostgreSQL: a trigger on events that evaluates 30 rules kept in a table, with their limits,
-- cool-downs and ageing, writes the lead's score and band, and makes a task when it turns hot.
CREATE TABLE lead (id bigint PRIMARY KEY, anonymous_id text NOT NULL UNIQUE, facts jsonb NOT NULL DEFAULT '{}', score int NOT NULL DEFAULT 0,
    band int NOT NULL DEFAULT 0, seen_at timestamptz);
CREATE INDEX lead_band ON lead (band, score);
CREATE TABLE event (id bigserial PRIMARY KEY, lead_id bigint NOT NULL REFERENCES lead, at timestamptz NOT NULL, message_id text NOT NULL UNIQUE,
    name text NOT NULL, path text, body jsonb NOT NULL);
CREATE INDEX event_lead ON event (lead_id, name, at);
CREATE TABLE task (id bigserial PRIMARY KEY, lead_id bigint NOT NULL REFERENCES lead, at timestamptz NOT NULL, score int NOT NULL);
-- kind: 'fact' (fact has value), 'event' (name), 'page' (path like), 'count' (at least n of name in days), 'silent'
CREATE TABLE rule (id int PRIMARY KEY, kind text NOT NULL, name text, value text, n int, days int, points int NOT NULL, times int NOT NULL DEFAULT 5,
    cool interval NOT NULL DEFAULT '1 hour', half_life_days numeric);

INSERT INTO rule (id, kind, name, value, points) SELECT i, 'fact', 'f' || i, 'x', CASE WHEN i % 7 = 0 THEN -3 ELSE 2 + i % 5 END FROM generate_series(0, 7) i;
INSERT INTO rule (id, kind, name, n, days, points) SELECT i, 'count', (ARRAY['Page Viewed', 'Video Played', 'Email Opened', 'Chat Started'])[i - 7], 3, 7, 2 + i % 5 FROM generate_series(8, 11) i;
INSERT INTO rule (id, kind, days, points) VALUES (12, 'silent', 30, -10);
INSERT INTO rule (id, kind, name, points, half_life_days) SELECT 12 + i, 'event',
    (ARRAY['Demo Requested', 'Price List Downloaded', 'Email Opened', 'Email Clicked', 'Webinar Attended', 'Form Submitted', 'Video Played', 'Chat Started'])[i], 2 + i % 5, 30
    FROM generate_series(1, 8) i;
INSERT INTO rule (id, kind, value, points, half_life_days) SELECT 20 + i, 'page',
    (ARRAY['/pricing%', '/blog%', '/docs%', '/careers%', '/customers%', '/features%', '/integrations%', '/about%', '/tarif%'])[i], CASE WHEN i = 4 THEN -3 ELSE 2 + i % 5 END, 14
    FROM generate_series(1, 9) i;

CREATE FUNCTION score_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    r rule; l lead; total numeric := 0; hits int; gained numeric; now_band int;
BEGIN
    SELECT * INTO l FROM lead WHERE id = NEW.lead_id FOR UPDATE;
    FOR r IN SELECT * FROM rule ORDER BY id LOOP
        IF r.kind = 'fact' THEN
            IF lower(l.facts ->> r.name) LIKE '%' || r.value || '%' THEN total := total + r.points; END IF;
        ELSIF r.kind = 'count' THEN
            SELECT count(*) INTO hits FROM event WHERE lead_id = NEW.lead_id AND name = r.name AND at > NEW.at - r.days * interval '1 day';
            IF hits >= r.n THEN total := total + r.points; END IF;
        ELSIF r.kind = 'silent' THEN
            IF l.seen_at < NEW.at - r.days * interval '1 day' THEN total := total + r.points; END IF;
        ELSE
            -- the latest `times` that are a cool-down apart, aged
            SELECT coalesce(sum(r.points * power(0.5, extract(epoch FROM NEW.at - at) / 86400 / r.half_life_days)), 0) INTO gained FROM (
                SELECT max(at) AS at FROM event WHERE lead_id = NEW.lead_id
                    AND CASE WHEN r.kind = 'event' THEN name = r.name ELSE name = 'Page Viewed' AND path LIKE r.value END
                    GROUP BY date_bin(r.cool, at, timestamptz '2020-01-01') ORDER BY 1 DESC LIMIT r.times) AS counted;
            total := total + gained;
        END IF;
    END LOOP;
    total := greatest(0, least(100, total));
    now_band := CASE WHEN total >= 71 THEN 2 WHEN total >= 31 THEN 1 ELSE 0 END;
    IF now_band = 2 AND l.band < 2 THEN INSERT INTO task (lead_id, at, score) VALUES (l.id, NEW.at, round(total)); END IF;
    UPDATE lead SET score = round(total), band = now_band, seen_at = NEW.at WHERE id = l.id;
    RETURN NULL;
END $$;
CREATE TRIGGER event_scored AFTER INSERT ON event FOR EACH ROW EXECUTE FUNCTION score_event();
