-- route: what the score of the lead's company was when a decision asked for it, and the band that it fell in; none: no rule asked, or nobody names a company.

ALTER TABLE assignment ADD COLUMN kin_score INTEGER;
ALTER TABLE assignment ADD COLUMN kin_band INTEGER;
ALTER TABLE waiting ADD COLUMN kin_score INTEGER;
ALTER TABLE waiting ADD COLUMN kin_band INTEGER;
