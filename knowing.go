package rekey

// By says who stands behind an event. The three are never mixed: a page shows
// "seen" only for [BySeen].
type By string

// The three ways of knowing.
const (
	BySeen  By = "seen"  // rekey observed it on the recorder
	BySaid  By = "said"  // a person reported it
	ByRekey By = "rekey" // rekey decided or did it
)

// Valid reports whether b is one of the three.
func (b By) Valid() bool { return b == BySeen || b == BySaid || b == ByRekey }

// Confidence is how well a statement is backed. One vocabulary everywhere.
type Confidence string

// The levels, best first; pages show them as 3, 2, 1 and 0 bits.
const (
	Confirmed Confidence = "confirmed" // the maker says so
	Reported  Confidence = "reported"  // another source says so
	Inferred  Confidence = "inferred"  // concluded from such statements
	Unknown   Confidence = "unknown"
)

// Bits gives 3 for confirmed down to 0 for unknown or anything else.
func (c Confidence) Bits() int {
	switch c {
	case Confirmed:
		return 3
	case Reported:
		return 2
	case Inferred:
		return 1
	}
	return 0
}

// Source is where a statement comes from.
type Source struct {
	ID    string `json:"id" yaml:"id"`       // short name used in pages, for example "S"
	Title string `json:"title" yaml:"title"` // who says it, and where
	URL   string `json:"url,omitempty" yaml:"url"`
	Date  string `json:"date,omitempty" yaml:"date"` // when it was read, YYYY-MM-DD
}

// SourceRekey marks rules of rekey's own, which are shown as rekey's and never as
// a source's.
const SourceRekey = "R"
