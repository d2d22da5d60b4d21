package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"

	"modernc.org/sqlite"
)

// conn is a connection of the driver, used by one goroutine. Writing goes around
// database/sql, whose bookkeeping costs as much as a small insert.
type conn struct {
	c     driver.Conn
	stmts []*stmt
}

// stmt is a prepared statement with its arguments' memory.
type stmt struct {
	s    driver.Stmt
	args []driver.NamedValue
}

func dial(ctx context.Context, name string) (*conn, error) {
	connector, err := sqlite.NewConnector(name)
	if err != nil {
		return nil, err
	}
	c, err := connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{c: c}, nil
}

func (c *conn) close() error {
	var errs []error
	for _, s := range c.stmts {
		errs = append(errs, s.s.Close())
	}
	return errors.Join(append(errs, c.c.Close())...)
}

func (c *conn) exec(query string) error {
	_, err := c.c.(driver.ExecerContext).ExecContext(context.Background(), query, nil)
	return err
}

func (c *conn) prepare(query string) (*stmt, error) {
	s, err := c.c.Prepare(query)
	if err != nil {
		return nil, err
	}
	n := s.NumInput()
	st := &stmt{s: s, args: make([]driver.NamedValue, max(n, 0))}
	for i := range st.args {
		st.args[i].Ordinal = i + 1
	}
	c.stmts = append(c.stmts, st)
	return st, nil
}

func (s *stmt) bind(values []driver.Value) []driver.NamedValue {
	if len(s.args) < len(values) {
		s.args = make([]driver.NamedValue, len(values))
	}
	for i, v := range values {
		s.args[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	return s.args[:len(values)]
}

func (s *stmt) exec(values ...driver.Value) error {
	_, err := s.s.(driver.StmtExecContext).ExecContext(context.Background(), s.bind(values))
	return err
}

// query calls each with every row; the row's memory is used again for the next.
func (s *stmt) query(each func(row []driver.Value) error, values ...driver.Value) error {
	rows, err := s.s.(driver.StmtQueryContext).QueryContext(context.Background(), s.bind(values))
	if err != nil {
		return err
	}
	row := make([]driver.Value, len(rows.Columns()))
	for {
		err = rows.Next(row)
		if err == nil {
			err = each(row)
		}
		if err != nil {
			break
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return errors.Join(err, rows.Close())
}
