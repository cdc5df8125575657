-- history: a message id that carries the time of its making leads its key by it (history.c), so that what comes together lies together. Those
-- kept before this was so have keys of the hash alone; event_id: the newest of them, none in a database that began later.

CREATE TABLE message_hashed (
    event_id    INTEGER PRIMARY KEY
);
INSERT INTO message_hashed (event_id) SELECT event_id FROM message ORDER BY event_id DESC LIMIT 1;
