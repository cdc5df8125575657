-- lead: who they are. Identities and merges live in tables of their own, so that what must be unique across leads is apart from
-- what can be spread by lead.

CREATE TABLE lead (
    id          INTEGER PRIMARY KEY,
    version     INTEGER NOT NULL,
    merged_into INTEGER,                 -- cache: the lead at the root of the standing merges
    name        TEXT,
    email       TEXT,
    phone       TEXT,
    title       TEXT,
    company     TEXT,
    amount      INTEGER,                 -- minor units
    currency    TEXT,
    unverified  INTEGER NOT NULL,        -- 1: all that is known came with a browser's key
    facts       TEXT NOT NULL,           -- cache of the profile now: {fact: {v, s, at, u}}
    created_at  INTEGER NOT NULL,
    import_id   INTEGER
);
CREATE INDEX lead_merged ON lead (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX lead_import ON lead (import_id) WHERE import_id IS NOT NULL;
CREATE INDEX lead_company ON lead (company) WHERE company IS NOT NULL;

-- The changing columns of a lead, narrow, with what lists are sorted and filtered by. A merged lead has no row.
CREATE TABLE lead_now (
    lead_id     INTEGER PRIMARY KEY,
    owner_id    INTEGER,
    stage       INTEGER NOT NULL,
    source      TEXT,
    band        INTEGER NOT NULL,
    score       INTEGER NOT NULL,        -- as shown
    seen_at     INTEGER,
    created_at  INTEGER NOT NULL
);
CREATE INDEX lead_now_band ON lead_now (band, score, lead_id);
-- What owners have in hand is counted at each assignment: from the index alone.
CREATE INDEX lead_now_load ON lead_now (owner_id, band, stage) WHERE owner_id IS NOT NULL;
CREATE INDEX lead_now_created ON lead_now (created_at, lead_id);
CREATE INDEX lead_now_owner ON lead_now (owner_id, score, lead_id) WHERE owner_id IS NOT NULL;

-- key: 63 bits of the hash of kind and value; a true collision takes the next free key.
CREATE TABLE identity (
    key         INTEGER PRIMARY KEY,
    kind        INTEGER NOT NULL,
    value       TEXT NOT NULL,
    lead_id     INTEGER NOT NULL,        -- the lead that owned it first: an event by this identity is kept there
    root_id     INTEGER NOT NULL,        -- cache: lead_id, or what that is merged into
    unverified  INTEGER NOT NULL,
    at          INTEGER NOT NULL
);
CREATE INDEX identity_lead ON identity (lead_id);

-- Merges are edges with a term. Undoing one closes the edge and moves nothing.
CREATE TABLE lead_merge (
    id          INTEGER PRIMARY KEY,
    child_id    INTEGER NOT NULL,
    parent_id   INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    user_id     INTEGER,
    reason      TEXT NOT NULL,
    undone_at   INTEGER,
    undone_by   INTEGER
);
CREATE INDEX lead_merge_child ON lead_merge (child_id);
CREATE INDEX lead_merge_parent ON lead_merge (parent_id);

-- Words of name, company, e-mail, phone, folded, for search by prefix. BLOB compares by bytes on both databases.
CREATE TABLE lead_word (
    word        BLOB NOT NULL,
    lead_id     INTEGER NOT NULL,
    PRIMARY KEY (word, lead_id)
);
CREATE INDEX lead_word_lead ON lead_word (lead_id);
