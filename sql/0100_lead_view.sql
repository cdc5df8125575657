-- lead: for report/, the leads without what is known of them.
CREATE VIEW v_lead AS
    SELECT lead_id, owner_id, stage, source, band, score, seen_at, created_at
    FROM lead_now;
