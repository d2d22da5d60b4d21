-- +goose Up
-- Moments are milliseconds since 1970, UTC. seq is given by rekey, never by
-- AUTOINCREMENT: it has no gaps.
CREATE TABLE events (
    seq     INTEGER PRIMARY KEY,
    stream  TEXT    NOT NULL,
    version INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    knower  TEXT    NOT NULL,
    type    TEXT    NOT NULL,
    schema  INTEGER NOT NULL,
    data    TEXT    NOT NULL,
    prev    BLOB    NOT NULL,
    hash    BLOB    NOT NULL,
    UNIQUE (stream, version)
) STRICT;

-- +goose Down
DROP TABLE events;
