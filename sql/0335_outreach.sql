-- outreach: e-mail addresses that are written to no more, because their own server said that there is nobody.

CREATE TABLE closed_address (
    address      TEXT PRIMARY KEY,        -- as SMTP takes it, folded
    at           INTEGER NOT NULL,
    why          TEXT NOT NULL,           -- in the other side's words
    letter_id    INTEGER                  -- in answer to which letter
);
