-- learn: the deed says that the file did not tell when the lead was decided: how long it took is not known then.
ALTER TABLE outcome ADD COLUMN undated INTEGER NOT NULL DEFAULT 0;
DROP VIEW v_outcome;
CREATE VIEW v_outcome AS SELECT lead_id, state, at, known_at, amount, undated FROM outcome;
