-- How far the calls of a key are paid for (api/rate.h): so that a restart forgives nobody.
ALTER TABLE api_key ADD COLUMN paid_until INTEGER;
