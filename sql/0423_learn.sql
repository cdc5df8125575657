-- learn: how far the making of suggested points is.
ALTER TABLE suggestion ADD COLUMN done INTEGER NOT NULL DEFAULT 0;
ALTER TABLE suggestion ADD COLUMN total INTEGER NOT NULL DEFAULT 0; -- 0: it waits its turn
