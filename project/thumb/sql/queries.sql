-- name: get
SELECT p.jpeg, e.used FROM entry e JOIN picture p ON p.id = e.id WHERE e.hash = ?;

-- name: batch
SELECT ifnull(max(used), 0) + 1 FROM entry;

-- name: find
SELECT id, size FROM entry WHERE hash = ?;

-- name: addPicture
INSERT INTO picture (jpeg) VALUES (?);

-- name: addEntry
INSERT INTO entry (hash, id, size, used) VALUES (?, ?, ?, ?);

-- name: replacePicture
UPDATE picture SET jpeg = ? WHERE id = ?;

-- name: replaceEntry
UPDATE entry SET size = ?, used = ? WHERE hash = ?;

-- name: use
UPDATE entry SET used = ? WHERE hash = ?;

-- name: total
SELECT ifnull(sum(size), 0) FROM entry;

-- name: oldest
SELECT hash, id, size FROM entry ORDER BY used, hash LIMIT 500;

-- name: dropPicture
DELETE FROM picture WHERE id = ?;

-- name: dropEntry
DELETE FROM entry WHERE hash = ?;
