package export

import (
	"encoding/csv"
	"io"
	"strings"

	"github.com/rekey-dvr/rekey"
)

// columns are those that Bitwarden, 1Password, KeePassXC and the browsers read.
var columns = []string{"name", "url", "username", "password", "notes"}

// runs are what a cell begins with that a spreadsheet would run.
const runs = "=+-@\t\r"

// CSV writes the entries as plain text, for a password manager to read in. No cell
// begins with what a spreadsheet runs: text gets an apostrophe in front, and a
// password that begins so is left out, since it would be another one with it. The
// titles of those are given back.
func CSV(w io.Writer, entries []Entry) (left []string, err error) {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	rows := [][]string{columns}
	for _, e := range entries {
		password, notes := e.Password.Reveal(), e.Notes
		if password != harmless(password) {
			left = append(left, e.Title)
			password, notes = "", "The password is not here: a spreadsheet would run it. It is in the KeePass export. "+notes
		}
		rows = append(rows, []string{harmless(e.Title), harmless(e.URL), harmless(e.Account), password, harmless(notes)})
	}
	if err := out.WriteAll(rows); err != nil {
		return left, rekey.Errorf(rekey.CodeFull, "The CSV file cannot be written").Wrap(err)
	}
	return left, nil
}

func harmless(cell string) string {
	if first := strings.TrimLeft(cell, " \n"); first != "" && strings.Contains(runs, first[:1]) {
		return "'" + cell
	}
	return cell
}
