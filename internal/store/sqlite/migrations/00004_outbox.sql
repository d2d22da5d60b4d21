-- +goose Up
-- next_at is the next try, or the end of the lease, and the greatest integer once
-- the delivery is settled, so that the open ones that are due are one range of the
-- index. settled is 0 while it is open. sum is over all other columns.
CREATE TABLE outbox (
    key      TEXT    NOT NULL PRIMARY KEY,
    stream   TEXT    NOT NULL,
    channel  TEXT    NOT NULL,
    kind     TEXT    NOT NULL,
    due      INTEGER NOT NULL,
    data     TEXT    NOT NULL,
    state    TEXT    NOT NULL,
    attempts INTEGER NOT NULL,
    next_at  INTEGER NOT NULL,
    reason   TEXT    NOT NULL,
    settled  INTEGER NOT NULL,
    sum      BLOB    NOT NULL
) STRICT;
CREATE INDEX outbox_next ON outbox (next_at, key);
CREATE INDEX outbox_stream ON outbox (stream, key);

-- +goose Down
DROP TABLE outbox;
