-- route: leads of a plan that would not go back by an undo: their product is closed to whoever has them. And why one did not
-- (transfer_lead.state): 4 somebody else has it, or it is hot; 5 the product is closed; 6 the person does not work here.
ALTER TABLE transfer ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;
