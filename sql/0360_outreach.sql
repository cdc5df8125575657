-- outreach: what people hear of their certificates and tests, by the channels that each chooses. By default as the rest: Telegram and the browser.
ALTER TABLE reach_choice ADD COLUMN skill INTEGER NOT NULL DEFAULT 5;
