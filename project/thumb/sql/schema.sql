-- The thumbnail cache. It holds nothing that cannot be made again, so there are
-- no migrations: a file with another user_version is replaced.

-- Apart from the pictures, so that noting a use does not rewrite one.
CREATE TABLE entry (
    hash BLOB PRIMARY KEY,     -- SHA-256 of the image file
    id   INTEGER NOT NULL,     -- of its picture
    size INTEGER NOT NULL,     -- bytes that count towards the limit
    used INTEGER NOT NULL      -- number of the batch that noted its last use
) WITHOUT ROWID;

CREATE INDEX entry_used ON entry (used, hash);

CREATE TABLE picture (
    id   INTEGER PRIMARY KEY,
    jpeg BLOB NOT NULL
);
