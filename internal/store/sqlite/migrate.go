package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"io/fs"

	"github.com/pressly/goose/v3"

	"github.com/rekey-dvr/rekey"
)

//go:embed migrations/*.sql
var migrations embed.FS

// latest is the schema version of this build: the number of the last migration.
const latest = 4

// migrate brings the database to the latest schema. The names of the migrations
// are the same for every dialect.
func (f files) migrate(ctx context.Context, maxPages int64) error {
	db, err := sql.Open("sqlite", f.writeDSN(maxPages))
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, dir, goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// checkSchema reports whether migrations are pending, and refuses a database that
// a later rekey has written.
func (s *Store) checkSchema(ctx context.Context) (pending bool, err error) {
	var known sql.NullInt64
	err = s.read.QueryRowContext(ctx, `SELECT max(version_id) FROM goose_db_version WHERE is_applied`).Scan(&known)
	if err != nil {
		return false, s.missing(ctx, err)
	}
	version := known.Int64
	if !known.Valid || version < 1 {
		return false, s.note(damaged(s.files.db, "it does not say which schema it has", nil))
	}
	if version > latest {
		return false, rekey.Errorf(rekey.CodeUnsupported, "%s was written by a later rekey (schema %d, this one knows %d)", s.files.db, version, latest).
			WithHint("Use that version of rekey or a newer one. Nothing was changed.")
	}
	return version < latest, nil
}
