-- history: which mark holds an event (flag 8: it counts for nothing), and which signal told it from a person's (flag 2).
-- A change of the profile knows the event it came with, so that it goes and comes back with it (undone 2).

ALTER TABLE event ADD COLUMN mark_id INTEGER;
ALTER TABLE event ADD COLUMN signal INTEGER;
CREATE INDEX event_mark ON event (mark_id, lead_id) WHERE mark_id IS NOT NULL;
CREATE INDEX event_signal ON event (signal, lead_id) WHERE signal IS NOT NULL;

ALTER TABLE profile_change ADD COLUMN event_id INTEGER;
UPDATE profile_change SET event_id = (
    SELECT min(e.id) FROM event e
    WHERE e.lead_id = profile_change.lead_id AND e.at = profile_change.at AND e.known_at = profile_change.known_at);
