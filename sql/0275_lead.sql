-- lead: for report/, whose leads are one today (a lead that went into another is told by its root), and what a deal is to bring.
CREATE VIEW v_lead_root AS SELECT id AS lead_id, coalesce(merged_into, id) AS root_id FROM lead;
CREATE VIEW v_lead_amount AS SELECT id AS lead_id, amount FROM lead WHERE amount IS NOT NULL;
