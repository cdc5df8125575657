-- score: points that were fitted to outcomes say so, for figures counted on the very leads that taught them may flatter.

ALTER TABLE model ADD COLUMN fitted_until INTEGER; -- none: nobody's fit; else the instant up to which outcomes were learnt from
ALTER TABLE model ADD COLUMN fitted_auc INTEGER;   -- millionths: of the fitted points on leads that were held back
