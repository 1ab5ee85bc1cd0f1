-- A folder that the person opened. path holds the bytes as the system has them.
CREATE TABLE root (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    path BLOB NOT NULL UNIQUE,
    level   INTEGER NOT NULL DEFAULT 0, -- which folder names the label: 0 automatic, -1 none, else counted from here
    removed INTEGER NOT NULL DEFAULT 0  -- taken off the project; its files are kept, as missing
) STRICT;

-- Names of labels and splits, each once.
CREATE TABLE term (
    id     INTEGER PRIMARY KEY,
    name   TEXT NOT NULL UNIQUE,
    folded TEXT NOT NULL
) STRICT;

-- Bytes seen in files, and what was derived from them whatever the model.
-- width is NULL until they were decoded.
CREATE TABLE content (
    id         INTEGER PRIMARY KEY,
    hash       BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    width      INTEGER,
    height     INTEGER,
    frames     INTEGER,
    taken      INTEGER,             -- the camera's wall clock, seconds since 1970 as if it were UTC
    format     TEXT,
    camera     TEXT,
    sharpness  REAL,
    brightness REAL,
    contrast   REAL,
    dark       REAL,
    light      REAL,
    entropy    REAL,
    colour     REAL,
    lat        REAL,                -- where it was taken, degrees, north and east positive
    lon        REAL
) STRICT;

-- A file keeps its id through moves, renames and changes, and is never
-- deleted. path is valid UTF-8 for showing and sorting; raw holds the bytes of
-- a path that is not. The unique key is also the order of lists.
CREATE TABLE file (
    id         INTEGER PRIMARY KEY,
    root_id    INTEGER NOT NULL REFERENCES root (id),
    content_id INTEGER REFERENCES content (id), -- NULL until the file was read
    label_id   INTEGER REFERENCES term (id),
    split_id   INTEGER REFERENCES term (id),
    missing    INTEGER NOT NULL DEFAULT 0,
    pending    INTEGER NOT NULL DEFAULT 1,      -- to be read (again)
    changed    INTEGER NOT NULL DEFAULT 0,      -- content_id was another one before
    size       INTEGER NOT NULL,                -- bytes
    mtime      INTEGER NOT NULL,                -- nanoseconds since 1970
    inode      INTEGER NOT NULL,
    path       TEXT NOT NULL,
    raw        BLOB NOT NULL DEFAULT x'',
    folded     TEXT NOT NULL,                   -- path as filters compare it
    reason     TEXT NOT NULL DEFAULT '',        -- why it could not be read
    UNIQUE (root_id, path, raw)
) STRICT;

-- From content to files; the columns behind the first make it covering.
CREATE INDEX file_content ON file (content_id, missing, pending, reason);

CREATE TABLE model (
    id       INTEGER PRIMARY KEY,
    model_id TEXT NOT NULL UNIQUE, -- embed.ModelID
    name     TEXT NOT NULL,
    dim      INTEGER NOT NULL,
    classes  BLOB NOT NULL         -- JSON array of names
) STRICT;

-- What a model says of a content. id is model.id << 40 | content.id: one small
-- tree without a second index, in the order of contents for each model.
CREATE TABLE encoding (
    id         INTEGER PRIMARY KEY,
    top1       INTEGER, -- index of the best class, NULL without classes
    confidence REAL,
    top        BLOB     -- the best five: index uint32, confidence float32, little-endian
) STRICT;

-- The embedding, apart from encoding so that lists need not page through it.
-- float16, or float32 where float16 would not do; the length tells which.
CREATE TABLE vector (
    id   INTEGER PRIMARY KEY REFERENCES encoding (id),
    data BLOB NOT NULL
) STRICT;

-- Findings that are costly to compute: neighbour graph, clusters, duplicates.
CREATE TABLE artefact (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL,
    model       TEXT NOT NULL,
    fingerprint BLOB NOT NULL, -- of what they were computed from
    data        BLOB NOT NULL,
    UNIQUE (kind, model)
) STRICT;

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
