-- intake: files that people import, what became of each row, and events that were refused at the door.

CREATE TABLE import (
    id          INTEGER PRIMARY KEY,
    version     INTEGER NOT NULL,
    kind        INTEGER NOT NULL,        -- 0 leads, 1 events
    state       INTEGER NOT NULL,        -- enum intake_state
    name        TEXT NOT NULL,           -- of the file, as shown
    user_id     INTEGER,
    encoding    INTEGER NOT NULL,
    delimiter   INTEGER NOT NULL,        -- its character
    bytes       INTEGER NOT NULL,
    parts       INTEGER NOT NULL,        -- pieces of the file in import_part
    rows        INTEGER NOT NULL,        -- of data, blank lines left out
    position    INTEGER NOT NULL,        -- number of the last row that was taken (undoing: withdrawn)
    accepted    INTEGER NOT NULL,
    updated     INTEGER NOT NULL,
    repeated    INTEGER NOT NULL,
    refused     INTEGER NOT NULL,
    mapping     TEXT,                    -- JSON; NULL: not chosen yet
    head        TEXT NOT NULL,           -- JSON: {"columns": [{index, name, sample, guess, format}], "preview": [[...]]}
    trouble     TEXT,                    -- why it failed
    created_at  INTEGER NOT NULL,
    begun_at    INTEGER,
    ended_at    INTEGER
);
CREATE INDEX import_state ON import (state) WHERE state IN (1, 5);

-- The file itself, in pieces, so that any program on this database can go on with it.
CREATE TABLE import_part (
    import_id   INTEGER NOT NULL,
    part        INTEGER NOT NULL,
    bytes       BLOB NOT NULL,
    PRIMARY KEY (import_id, part)
);

CREATE TABLE import_row (
    import_id   INTEGER NOT NULL,
    row         INTEGER NOT NULL,        -- as a spreadsheet counts: the heading is 1
    status      INTEGER NOT NULL,        -- enum intake_status
    lead_id     INTEGER,
    errors      TEXT,                    -- JSON list of {column, code, detail}
    cells       TEXT,                    -- JSON list: the refused row as it came, for errors.csv
    PRIMARY KEY (import_id, row)
);
CREATE INDEX import_row_refused ON import_row (import_id, row) WHERE status = 3;

-- Events that were refused, for the view in which an integrator looks for them. Old ones are cut off.
CREATE TABLE reject (
    id          INTEGER PRIMARY KEY,
    at          INTEGER NOT NULL,
    source_id   INTEGER,
    code        TEXT NOT NULL,
    detail      TEXT NOT NULL,
    message_id  TEXT,
    snippet     TEXT
);
