package rekey

// Generation is a recorder's protocol generation, which decides how its first
// login works and what passwords it takes.
type Generation string

// The generations (protocol dossier; the twin's document has the same table).
const (
	GenA       Generation = "A" // 3.200 to 3.217: factory login
	GenB       Generation = "B" // 3.218: first login not known
	GenC       Generation = "C" // 4.x: first-run initialisation, no factory login
	GenUnknown Generation = "unknown"
)

// Valid reports whether g is one of the four.
func (g Generation) Valid() bool {
	return g == GenA || g == GenB || g == GenC || g == GenUnknown
}

// Series is the catalogue's hardware series.
type Series string

// The series. 960H recorders are not HDCVI and none of the procedures is theirs.
const (
	SeriesS2      Series = "S2"
	SeriesS3      Series = "S3"
	Series4K      Series = "4K"
	SeriesH5      Series = "H5"
	SeriesI       Series = "I2/I3"
	Series960H    Series = "960H"
	SeriesUnknown Series = "unknown"
)
