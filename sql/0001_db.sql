-- db: who makes ids. A program leases a number while it writes, so that ids of two programs differ. until: microseconds; past: free.

CREATE TABLE node (
    id          INTEGER PRIMARY KEY,     -- 0 to 255
    holder      TEXT NOT NULL,
    until       INTEGER NOT NULL
);
