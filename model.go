package rekey

// FirstLogin says how a recorder lets its owner in out of the factory state.
type FirstLogin string

// The kinds of first login.
const (
	FirstFactory  FirstLogin = "factory"   // a known stock account, admin/admin
	FirstFirstRun FirstLogin = "first-run" // no password until the owner sets one
	FirstOther    FirstLogin = "other"     // not what these procedures speak of
	FirstUnknown  FirstLogin = "unknown"
)

// Valid reports whether l is one of the four.
func (l FirstLogin) Valid() bool {
	return l == FirstFactory || l == FirstFirstRun || l == FirstOther || l == FirstUnknown
}

// ButtonUnknown is what the catalogue says of a model's front. It is never an
// answer of the owner: in [Facts] an open question is empty.
const ButtonUnknown Button = "unknown"

// Model is what is known about one Amcrest DVR from its model number and the
// firmware published for it. What no source says is "unknown" or empty, never
// guessed.
type Model struct {
	SKU          string         `json:"model"`             // as on the label, for example AMDV7208-S3
	Channels     int            `json:"channels"`          // read from the model number
	Picture      string         `json:"picture,omitempty"` // picture class, for example "1080p Lite"
	Family       string         `json:"family"`            // HCVR, XVR or 960H
	Board        string         `json:"board,omitempty"`   // the maker's board, for example HCVR5x08-S3
	Build        string         `json:"build,omitempty"`   // build of that board's firmware, for example 1081
	Series       Series         `json:"series"`
	Generation   Generation     `json:"generation"`
	FirstLogin   FirstLogin     `json:"first_login"`
	FrontButton  Button         `json:"front_button"` // unknown for all: no source pairs a model with its front
	Discontinued bool           `json:"discontinued"` // the maker marks its firmware so
	Firmware     []FirmwareFile `json:"firmware"`     // oldest first
	Source       string         `json:"source"`
	Confidence   Confidence     `json:"confidence"` // of board, generation and firmware
}

// Supported reports whether the procedures of this package speak of the model at
// all. An analog 960H recorder is another maker's machine.
func (m Model) Supported() bool { return m.Series != Series960H }

// Newest gives the newest firmware file that is listed.
func (m Model) Newest() (FirmwareFile, bool) {
	if len(m.Firmware) == 0 {
		return FirmwareFile{}, false
	}
	return m.Firmware[len(m.Firmware)-1], true
}

// FirmwareFile is one published firmware file and what its name tells.
type FirmwareFile struct {
	Name      string `json:"file"`
	Vendor    string `json:"vendor,omitempty"`         // General or Amcrest
	Board     string `json:"board,omitempty"`          // with dashes, for example HCVR5x08-S3
	Language  string `json:"language,omitempty"`       // Eng
	Standard  string `json:"video_standard,omitempty"` // N (NTSC), P (PAL) or NP
	OEM       string `json:"oem_code,omitempty"`       // for example SV10003; files of another code do not fit
	Build     string `json:"build,omitempty"`          // 1080 or 1081 for 1080p Lite boards
	Version   string `json:"version,omitempty"`        // without the letter V, for example 3.200.AC04.5
	Release   string `json:"release,omitempty"`        // R for a release, T for a test build
	Date      string `json:"date,omitempty"`           // of the build, YYYY-MM-DD
	BootImage string `json:"boot_image,omitempty"`     // names the processor
	Analog    bool   `json:"analog,omitempty"`         // a .pak file of a 960H recorder
}

// StockAccount is an account that a recorder has out of the factory. It is never
// tried as a way in, except the factory login once after a drain; it is listed
// so that it can be changed or stripped afterwards. Its password is printed in
// manuals and therefore no secret.
type StockAccount struct {
	User        string       `json:"user"`
	Password    string       `json:"password"`
	Rights      string       `json:"rights"`
	LocalOnly   bool         `json:"local_only"` // at the recorder's own screen only
	Hidden      bool         `json:"hidden"`     // cannot be deleted; in use when nobody is logged in
	Generations []Generation `json:"generations"`
	Source      string       `json:"source"`
	Confidence  Confidence   `json:"confidence"`
}
