-- learn: the facts that a predictor has left out, since they seem to know the end: [{"fact", "why"}]. Those learnt before left out none.

ALTER TABLE predictor ADD COLUMN left_out TEXT;
