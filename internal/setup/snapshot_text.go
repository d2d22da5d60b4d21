package setup

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey"
)

// MaxSnapshot bounds a snapshot's text, in bytes.
const MaxSnapshot = 16 << 20

// The fixed lines of a snapshot: the first, those around the settings, and how the
// last begins.
const (
	snapshotFirst = "rekey-snapshot 1"
	snapshotRule  = "---"
	snapshotHash  = "sha256 "
)

// Bytes gives the snapshot as text: lines about the recorder, one line a setting,
// and in the last line the SHA-256 of all lines before it.
func (s Snapshot) Bytes() []byte {
	b := s.body()
	return fmt.Appendf(b, "%s%s\n", snapshotHash, hashOf(b))
}

// Hash is the SHA-256 in the last line, in hex.
func (s Snapshot) Hash() string { return hashOf(s.body()) }

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func (s Snapshot) body() []byte {
	var b bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line(snapshotFirst)
	line("model %q", s.Model)
	line("firmware %q", s.Firmware)
	line("serial %q", s.Serial)
	line("generation %q", string(s.Generation))
	line("channels %d", s.Channels)
	line("taken %s", s.Taken.UTC().Format(time.RFC3339))
	line("listed %t", s.Listed)
	for _, name := range s.Unread {
		line("unread %q", name)
	}
	for _, a := range s.Accounts {
		line("account %q %q %q", a.Name, a.Group, a.Note)
	}
	line(snapshotRule)
	for _, x := range s.Settings {
		switch {
		case x.Hidden:
			line("%s hidden", x.Key)
		case x.Sealed != nil:
			line("%s sealed %s", x.Key, base64.StdEncoding.EncodeToString(x.Sealed))
		case strings.ContainsAny(x.Value, "\r\n\x00"):
			line("%s text %q", x.Key, x.Value)
		default:
			line("%s = %s", x.Key, x.Value)
		}
	}
	line(snapshotRule)
	return b.Bytes()
}

// ParseSnapshot reads a snapshot. One whose hash does not fit is
// [rekey.CodeDamaged]: it was changed, or cut off. What is no snapshot is
// [rekey.CodeInvalid].
func ParseSnapshot(text []byte) (Snapshot, error) {
	if len(text) > MaxSnapshot {
		return Snapshot{}, rekey.Errorf(rekey.CodeTooLarge, "A snapshot has %d MiB at most", MaxSnapshot>>20)
	}
	if !bytes.HasPrefix(text, []byte(snapshotFirst+"\n")) {
		return Snapshot{}, rekey.Errorf(rekey.CodeInvalid, "That is no snapshot of rekey").
			WithHint("Its first line is: " + snapshotFirst)
	}
	i := bytes.LastIndex(text, []byte("\n"+snapshotHash)) + 1
	if i == 0 || string(text[i:]) != snapshotHash+hashOf(text[:i])+"\n" {
		return Snapshot{}, rekey.Errorf(rekey.CodeDamaged, "The snapshot was changed, or is not whole: its hash does not fit").
			WithHint("Use a copy that nobody edited. Only what rekey read of a recorder is written back to one.")
	}
	s, err := parseBody(text[:i])
	if err == nil && !bytes.Equal(s.Bytes(), text) {
		err = errNotCanonical
	}
	if err != nil {
		return Snapshot{}, rekey.Errorf(rekey.CodeInvalid, "The snapshot is not in the form that rekey writes").Wrap(err)
	}
	return s, nil
}

var errNotCanonical = fmt.Errorf("its lines are others than rekey would write")

func parseBody(text []byte) (Snapshot, error) {
	var s Snapshot
	part := 0
	for n, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		var err error
		switch {
		case n == 0:
		case line == snapshotRule:
			part++
		case part == 0:
			err = s.head(line)
		case part == 1:
			err = s.setting(line)
		default:
			err = errLine
		}
		if err != nil {
			return s, fmt.Errorf("line %d: %w", n+1, err)
		}
	}
	return s, nil
}

var errLine = fmt.Errorf("it cannot be read")

// head reads one line about the recorder.
func (s *Snapshot) head(line string) error {
	word, rest, _ := strings.Cut(line, " ")
	var err error
	var generation string
	switch word {
	case "model":
		err = quoted(rest, &s.Model)
	case "firmware":
		err = quoted(rest, &s.Firmware)
	case "serial":
		err = quoted(rest, &s.Serial)
	case "generation":
		err = quoted(rest, &generation)
		s.Generation = rekey.Generation(generation)
	case "channels":
		s.Channels, err = strconv.Atoi(rest)
	case "taken":
		s.Taken, err = time.Parse(time.RFC3339, rest)
	case "listed":
		s.Listed, err = strconv.ParseBool(rest)
	case "unread":
		var name string
		err = quoted(rest, &name)
		s.Unread = append(s.Unread, name)
	case "account":
		var a Account
		err = quoted(rest, &a.Name, &a.Group, &a.Note)
		s.Accounts = append(s.Accounts, a)
	default:
		return errLine
	}
	return err
}

// quoted reads quoted texts that stand one after another.
func quoted(rest string, fields ...*string) error {
	for _, f := range fields {
		text, err := strconv.QuotedPrefix(rest)
		if err != nil {
			return errLine
		}
		if *f, err = strconv.Unquote(text); err != nil {
			return errLine
		}
		rest = strings.TrimPrefix(rest[len(text):], " ")
	}
	if rest != "" {
		return errLine
	}
	return nil
}

// setting reads one line of a setting.
func (s *Snapshot) setting(line string) error {
	key, rest, _ := strings.Cut(line, " ")
	word, value, _ := strings.Cut(rest, " ")
	if !keyForm.MatchString(key) || len(s.Settings) == maxSettings {
		return errLine
	}
	x := Setting{Key: key}
	var err error
	switch word {
	case "=":
		x.Value = value
	case "text":
		err = quoted(value, &x.Value)
	case "hidden":
		x.Hidden = true
	case "sealed":
		x.Sealed, err = base64.StdEncoding.DecodeString(value)
	default:
		err = errLine
	}
	s.Settings = append(s.Settings, x)
	return err
}
