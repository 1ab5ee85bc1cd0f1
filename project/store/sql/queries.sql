-- name: roots
SELECT r.id, r.name, r.path,
    (SELECT count(*) FROM file f WHERE f.root_id = r.id AND f.missing = 0)
FROM root r WHERE r.removed = 0 ORDER BY r.id;

-- name: rootNames
SELECT id, name FROM root WHERE removed = 0;

-- name: allRoots
SELECT id, name, path, removed FROM root ORDER BY id;

-- name: removeRoot
UPDATE root SET removed = 1 WHERE id = ? AND removed = 0;

-- name: loseRoot
UPDATE file SET missing = 1 WHERE root_id = ?;

-- name: reviveRoot
UPDATE root SET removed = 0 WHERE id = ?;

-- name: relinkRoot
UPDATE root SET path = ? WHERE id = ? AND removed = 0;

-- name: parkRoot
-- Gives the path of a folder that was taken off to another one.
UPDATE root SET path = CAST(char(10) || '//' || id AS BLOB) WHERE path = ? AND removed = 1;

-- name: rootLevel
SELECT level FROM root WHERE id = ? AND removed = 0;

-- name: setRootLevel
UPDATE root SET level = ? WHERE id = ? AND removed = 0;

-- name: rootFolders
-- 1: root, 2 and 3: path and raw read last, 4: limit
SELECT path, raw FROM file WHERE root_id = ?1 AND (path, raw) > (?2, ?3) AND missing = 0
ORDER BY path, raw LIMIT ?4;

-- name: deleteSetting
DELETE FROM setting WHERE key = ?;

-- name: addRoot
INSERT INTO root (name, path) VALUES (?, ?);

-- name: lastFile
SELECT ifnull(max(id), 0) FROM file;

-- name: known
-- 1: first id of the model's encodings, 2: root, 3: path read last, 4: largest id, 5: limit
SELECT f.id, f.path, f.size, f.mtime, f.inode, c.hash,
    CASE WHEN f.missing THEN 3 WHEN f.reason <> '' THEN 2 WHEN f.pending THEN 0
         WHEN EXISTS (SELECT 1 FROM encoding e WHERE e.id = ?1 + f.content_id) THEN 1 ELSE 0 END
FROM file f LEFT JOIN content c ON c.id = f.content_id
WHERE f.root_id = ?2 AND f.path > ?3 AND f.raw = x'' AND f.id <= ?4
ORDER BY f.path LIMIT ?5;

-- name: knownRaw
SELECT f.id, f.raw, f.size, f.mtime, f.inode, c.hash,
    CASE WHEN f.missing THEN 3 WHEN f.reason <> '' THEN 2 WHEN f.pending THEN 0
         WHEN EXISTS (SELECT 1 FROM encoding e WHERE e.id = ?1 + f.content_id) THEN 1 ELSE 0 END
FROM file f LEFT JOIN content c ON c.id = f.content_id
WHERE f.root_id = ?2 AND f.raw > x''
ORDER BY f.raw;

-- name: term
SELECT id FROM term WHERE name = ?;

-- name: addTerm
INSERT INTO term (name, folded) VALUES (?, ?);

-- name: terms
SELECT id, name, folded FROM term;

-- name: addFile
INSERT INTO file (root_id, path, raw, folded, size, mtime, inode, label_id, split_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: changeFile
UPDATE file SET pending = 1, missing = 0, reason = '' WHERE id = ?;

-- name: parkFile
-- Takes a path that no file can have, so that files can swap theirs.
UPDATE file SET path = char(10) || '//' || id, raw = x'' WHERE id = ?;

-- name: moveFile
UPDATE file SET root_id = ?, path = ?, raw = ?, folded = ?, size = ?, mtime = ?, inode = ?,
    label_id = ?, split_id = ?, missing = 0
WHERE id = ?;

-- name: loseFile
UPDATE file SET missing = 1 WHERE id = ?;

-- name: relabelFile
UPDATE file SET label_id = ?, split_id = ? WHERE id = ?;

-- name: encoded
SELECT EXISTS (
    SELECT 1 FROM content c JOIN encoding e ON e.id = ?1 + c.id
    WHERE c.hash = ?2 AND c.width IS NOT NULL);

-- name: content
SELECT id, width IS NOT NULL FROM content WHERE hash = ?;

-- name: addContent
INSERT INTO content (hash) VALUES (?);

-- name: putContent
INSERT INTO content (hash, width, height, frames, taken, format, camera,
    sharpness, brightness, contrast, dark, light, entropy, colour, lat, lon)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (hash) DO UPDATE SET
    width = excluded.width, height = excluded.height, frames = excluded.frames,
    taken = excluded.taken, format = excluded.format, camera = excluded.camera,
    sharpness = excluded.sharpness, brightness = excluded.brightness, contrast = excluded.contrast,
    dark = excluded.dark, light = excluded.light, entropy = excluded.entropy, colour = excluded.colour,
    lat = excluded.lat, lon = excluded.lon
RETURNING id;

-- name: putEncoding
INSERT INTO encoding (id, top1, confidence, top) VALUES (?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET top1 = excluded.top1, confidence = excluded.confidence, top = excluded.top;

-- name: hasEncoding
SELECT EXISTS (SELECT 1 FROM encoding WHERE id = ?);

-- name: putVector
INSERT INTO vector (id, data) VALUES (?, ?)
ON CONFLICT (id) DO UPDATE SET data = excluded.data;

-- name: finishFile
-- 1: content or NULL, 2: size, 3: mtime, 4: inode, 5: reason, 6: file
UPDATE file SET changed = changed OR (content_id IS NOT NULL AND ?1 IS NOT NULL AND content_id <> ?1),
    content_id = ?1, size = ?2, mtime = ?3, inode = ?4, reason = ?5, pending = 0, missing = 0
WHERE id = ?6;

-- name: model
SELECT id, name, dim, classes FROM model WHERE model_id = ?;

-- name: putModel
INSERT INTO model (model_id, name, dim, classes) VALUES (?, ?, ?, ?)
ON CONFLICT (model_id) DO UPDATE SET name = excluded.name, dim = excluded.dim, classes = excluded.classes;

-- name: counts
-- Images, failed, pending or without a vector, missing.
SELECT ifnull(sum(NOT missing), 0),
    ifnull(sum(NOT missing AND reason <> ''), 0),
    ifnull(sum(NOT missing AND reason = '' AND
        (pending OR content_id IS NULL OR NOT EXISTS (SELECT 1 FROM encoding e WHERE e.id = ?1 + content_id))), 0),
    ifnull(sum(missing AND root_id IN (SELECT id FROM root WHERE removed = 0)), 0)
FROM file;

-- name: images
-- 1: first id of the model's encodings, 2: JSON array of ids
SELECT f.id, f.root_id, f.path, f.raw, f.size, f.mtime, f.inode, c.hash,
    f.missing, f.pending, f.reason, f.changed,
    c.width, c.height, c.format, c.frames, c.taken, c.camera,
    c.sharpness, c.brightness, c.contrast, c.dark, c.light, c.entropy, c.colour, c.lat, c.lon,
    l.name, s.name, e.id, e.top
FROM json_each(?2) j
JOIN file f ON f.id = j.value
LEFT JOIN content c ON c.id = f.content_id
LEFT JOIN encoding e ON e.id = ?1 + f.content_id
LEFT JOIN term l ON l.id = f.label_id
LEFT JOIN term s ON s.id = f.split_id
ORDER BY j.key;

-- name: file
SELECT r.path, f.path, f.raw FROM file f JOIN root r ON r.id = f.root_id WHERE f.id = ?;

-- name: findPath
SELECT id FROM file WHERE root_id = ? AND path = ? AND raw = ?;

-- name: byHash
SELECT f.id FROM content c JOIN file f ON f.content_id = c.id
WHERE c.hash = ? AND f.missing = 0 ORDER BY f.id;

-- name: failures
-- 1: root, 2 and 3: path and raw read last, 4: limit
SELECT id, path, raw, reason FROM file
WHERE root_id = ?1 AND (path, raw) > (?2, ?3) AND reason <> '' AND missing = 0
ORDER BY path, raw LIMIT ?4;

-- name: countVectors
-- 1 and 2: before the first and behind the last id of the model's encodings
SELECT count(*) FROM encoding e WHERE e.id > ?1 AND e.id < ?2
    AND EXISTS (SELECT 1 FROM file f
        WHERE f.content_id = e.id - ?1 AND f.missing = 0 AND f.pending = 0 AND f.reason = '');

-- name: vectors
-- 1 and 2: as above, 3: id read last, 4: limit
SELECT v.id - ?1, v.data FROM vector v WHERE v.id > ?3 AND v.id < ?2
    AND EXISTS (SELECT 1 FROM file f
        WHERE f.content_id = v.id - ?1 AND f.missing = 0 AND f.pending = 0 AND f.reason = '')
ORDER BY v.id LIMIT ?4;

-- name: vectorOf
SELECT v.data FROM file f JOIN vector v ON v.id = ?1 + f.content_id
WHERE f.id = ?2 AND f.pending = 0;

-- name: contentFiles
-- 1: content read last, 2: content to read to
SELECT content_id, id FROM file
WHERE content_id > ?1 AND content_id <= ?2 AND missing = 0 AND pending = 0 AND reason = ''
ORDER BY content_id, id;

-- name: lastContent
SELECT ifnull(max(id), 0) FROM content;

-- name: fingerprint
-- 1 and 2: first id of the model's encodings, file read last; 3: limit
SELECT f.id, f.root_id, f.content_id, coalesce(f.label_id, 0), coalesce(f.split_id, 0), f.path, f.raw FROM file f
WHERE f.id > ?2 AND f.missing = 0 AND f.pending = 0 AND f.reason = ''
    AND EXISTS (SELECT 1 FROM encoding e WHERE e.id = ?1 + f.content_id)
ORDER BY f.id LIMIT ?3;

-- name: artefact
SELECT data, fingerprint FROM artefact WHERE kind = ? AND model = ?;

-- name: putArtefact
INSERT INTO artefact (kind, model, fingerprint, data) VALUES (?, ?, ?, ?)
ON CONFLICT (kind, model) DO UPDATE SET fingerprint = excluded.fingerprint, data = excluded.data;

-- name: setting
SELECT value FROM setting WHERE key = ?;

-- name: putSetting
INSERT INTO setting (key, value) VALUES (?, ?)
ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- name: orphans
-- Vectors and encodings whose content or model is not there.
SELECT count(*) FROM encoding e
WHERE NOT EXISTS (SELECT 1 FROM content c WHERE c.id = e.id & 0xFFFFFFFFFF)
    OR NOT EXISTS (SELECT 1 FROM model m WHERE m.id = e.id >> 40);

-- name: paths
-- 1: root, 2 and 3: path and raw read last, 4: limit
SELECT id, path, raw FROM file
WHERE root_id = ?1 AND (path, raw) > (?2, ?3) AND missing = 0
ORDER BY path, raw LIMIT ?4;

-- name: hashOf
SELECT c.hash FROM file f LEFT JOIN content c ON c.id = f.content_id WHERE f.id = ?;

-- name: headers
-- Decoded contents below an id, newest first, with a file that holds each.
SELECT c.id, c.hash, min(f.id) FROM content c JOIN file f ON f.content_id = c.id
WHERE c.id < ? AND c.width IS NOT NULL AND f.missing = 0 AND f.pending = 0 AND f.reason = ''
GROUP BY c.id ORDER BY c.id DESC LIMIT ?;

-- name: putHeader
UPDATE content SET taken = ?, camera = ?, lat = ?, lon = ? WHERE id = ?;

-- name: dropSetting
DELETE FROM setting WHERE key = ?;
