-- route: what a decision saw of the lead's company, for the rules that ask for it and for who has the company; NULL client: it was not looked for.

ALTER TABLE assignment ADD COLUMN kin_owner_id INTEGER;   -- whoever has the company; none: nobody
ALTER TABLE assignment ADD COLUMN kin_client INTEGER;     -- 1: somebody of it has bought
ALTER TABLE waiting ADD COLUMN kin_owner_id INTEGER;
ALTER TABLE waiting ADD COLUMN kin_client INTEGER;
