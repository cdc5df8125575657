-- history: for report/, letters and messages that a person sent to a lead; what the house answers by itself names nobody.
CREATE VIEW v_reply AS SELECT lead_id, at, user_id FROM event WHERE name = 'Reply Sent' AND user_id IS NOT NULL;
