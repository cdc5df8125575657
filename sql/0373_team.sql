-- Each decision reads all users in the order of their names: without an index it sorts them, in a table that it makes for it.
CREATE INDEX user_account_name ON user_account (name, id);
