-- learn: a calibration report that runs says so now and then; one that has been silent for a minute was left by a program that ended, and
-- is taken up by another.
ALTER TABLE calibration ADD COLUMN beat_at INTEGER;
