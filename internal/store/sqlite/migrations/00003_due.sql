-- +goose Up
CREATE TABLE due (
    at     INTEGER NOT NULL,
    stream TEXT    NOT NULL,
    what   TEXT    NOT NULL,
    sum    BLOB    NOT NULL,
    PRIMARY KEY (at, stream, what)
) STRICT, WITHOUT ROWID;
CREATE INDEX due_stream ON due (stream);

-- +goose Down
DROP TABLE due;
