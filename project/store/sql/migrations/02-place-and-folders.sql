-- Where a picture was taken, in degrees, north and east positive.
ALTER TABLE content ADD COLUMN lat REAL;
ALTER TABLE content ADD COLUMN lon REAL;

-- Which folder names the label: 0 automatic, -1 none, else counted from the root.
ALTER TABLE root ADD COLUMN level INTEGER NOT NULL DEFAULT 0;

-- Taken off the project; its files are kept, as missing.
ALTER TABLE root ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;

-- Pictures up to here were decoded before places were read: what their headers
-- say is read again (see Headers).
INSERT INTO setting (key, value) SELECT 'headers-before', max(id) + 1 FROM content HAVING max(id) IS NOT NULL;
