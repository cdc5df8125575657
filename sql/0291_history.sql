-- history: what leads did themselves, for reports: no deeds of ours, nothing automatic, held or withdrawn.

CREATE VIEW v_act AS SELECT lead_id, at FROM event WHERE kind <> 6 AND (flags & 14) = 0;
