-- +goose Up
-- next_at of a recovery without a next moment is the greatest integer, and newest
-- is updated times -1, so that the list is one ascending range of the index.
-- sum is over all other columns and is checked when a row is read.
CREATE TABLE summaries (
    id        TEXT    NOT NULL UNIQUE,
    name      TEXT    NOT NULL,
    practice  INTEGER NOT NULL,
    model     TEXT    NOT NULL,
    route     TEXT    NOT NULL,
    stage     TEXT    NOT NULL,
    outcome   TEXT    NOT NULL,
    identity  TEXT    NOT NULL,
    next_at   INTEGER NOT NULL,
    next_what TEXT    NOT NULL,
    began     INTEGER NOT NULL,
    updated   INTEGER NOT NULL,
    open      INTEGER NOT NULL,
    newest    INTEGER NOT NULL,
    sum       BLOB    NOT NULL
) STRICT;
CREATE INDEX summaries_order ON summaries (open, practice, next_at, newest, id);

-- +goose Down
DROP TABLE summaries;
