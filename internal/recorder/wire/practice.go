package wire

import "strings"

// PracticeMember is the member that marks a firmware file as made for virtual
// recorders. No maker's file has it, and no real recorder is to be given one.
const PracticeMember = "rekey-practice.txt"

// MaxPractice bounds its text, in bytes.
const MaxPractice = 4 << 10

// Practice is what that member says: what the image is for, in the words of the
// maker's file names. It takes the place of the name, which an upload may change.
type Practice struct {
	Board    string // HCVR5x08-S2
	Build    string // 1080, or empty
	OEM      string // SV10003, or empty
	Standard string // N, P or NP
	Version  string // 3.200.AC04.6
	Release  string // R, or T for a trial build
	Date     string // of the build, YYYY-MM-DD
}

const practiceWhat = "practice firmware's description"

func (p *Practice) fields() []struct {
	key string
	to  *string
} {
	return []struct {
		key string
		to  *string
	}{{"board", &p.Board}, {"build", &p.Build}, {"oem", &p.OEM}, {"standard", &p.Standard}, {"version", &p.Version}, {"release", &p.Release}, {"date", &p.Date}}
}

// Append appends the text to dst, one key=value line each.
func (p Practice) Append(dst []byte) []byte {
	for _, f := range p.fields() {
		dst = append(dst, f.key+"="+*f.to+"\n"...)
	}
	return dst
}

// ParsePractice reads the text. It requires board, version and date; lines it does
// not know are skipped.
func ParsePractice(b []byte) (Practice, error) {
	if len(b) > MaxPractice {
		return Practice{}, tooLarge(practiceWhat, "")
	}
	var p Practice
	fields := p.fields()
	for line := range strings.SplitSeq(string(b), "\n") {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\r"), "=")
		for _, f := range fields {
			if f.key != key {
				continue
			}
			if !nameWord(value) {
				return Practice{}, malformed(practiceWhat, key)
			}
			*f.to = value
		}
	}
	if p.Board == "" || p.Version == "" || p.Date == "" {
		return Practice{}, malformed(practiceWhat, "something is missing")
	}
	return p, nil
}

// nameWord is what names of files are made of.
func nameWord(s string) bool {
	return len(s) <= 64 && strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789.-+") == ""
}
