package twin

// Switches are the choices where no source decides, or where firmware of one
// generation differs. They are not faults: a real recorder may be any of them. A
// field that is empty takes the default of the generation. [SwitchTable] says what
// each does and which values it has.
type Switches struct {
	LongPassword LongPassword `json:"long_password,omitempty"`
	LongLimit    int          `json:"long_limit,omitempty"`
	Lock         LockScope    `json:"lock,omitempty"`
	FirstLogin   FirstLogin   `json:"first_login,omitempty"`
	Session      string       `json:"session,omitempty"`
	LoginSession string       `json:"login_session,omitempty"`
	Encryption   string       `json:"encryption,omitempty"`
	LoginErrors  string       `json:"login_errors,omitempty"`
	CGILogin     string       `json:"cgi_login,omitempty"`
	StaleNonce   string       `json:"stale_nonce,omitempty"`
	LockedStatus string       `json:"locked_status,omitempty"`
	LockedBody   string       `json:"locked_body,omitempty"`
	UnknownCall  string       `json:"unknown_call,omitempty"`
	LineEnd      string       `json:"line_end,omitempty"`
	DeviceType   string       `json:"device_type,omitempty"`
	Progress     string       `json:"progress,omitempty"`
	Shutdown     string       `json:"shutdown,omitempty"`
	ResetRealm   string       `json:"reset_realm,omitempty"`
	HTTPS        string       `json:"https,omitempty"`
	RTSPOptions  string       `json:"rtsp_options,omitempty"`
	HTTPEvents   string       `json:"http_events,omitempty"`
	UpdateWords  string       `json:"update_words,omitempty"`
	BadUpdate    string       `json:"bad_update,omitempty"`
	HalfUpdate   string       `json:"half_update,omitempty"`
}

// LongPassword is what generation A does with a new password over its limit.
type LongPassword string

// The ways reported of old recorders.
const (
	LongRefuse       LongPassword = "refuse"        // it says no
	LongTruncate     LongPassword = "truncate"      // it keeps the first characters and says OK
	LongNeverMatches LongPassword = "never-matches" // it says OK and no login ever matches
)

// LockScope is what a lock counts by.
type LockScope string

// The scopes.
const (
	LockUser    LockScope = "user"
	LockAddress LockScope = "address" // each user from each address for itself
	LockDevice  LockScope = "device"  // one count for all users and addresses
)

// FirstLogin is how a generation B recorder starts its life.
type FirstLogin string

// The two ways.
const (
	FirstFactory FirstLogin = "factory" // admin and admin, as A
	FirstInit    FirstLogin = "init"    // no password until one is set, as C
)

// The values of the other switches, as [SwitchTable] explains them.
const (
	SessionNumber     = "number"
	SessionText       = "text"
	LoginSessionKept  = "kept"
	LoginSessionNew   = "new"
	EncryptDefault    = "default"
	EncryptOldDigest  = "old-digest"
	ErrorCodes        = "codes"
	ErrorWebCodes     = "web-codes"
	ErrorWords        = "words"
	CGIDigest         = "digest"
	CGIBoth           = "digest-basic"
	CGIBasic          = "basic"
	StaleUnauthorize  = "401"
	StaleForbidden    = "403"
	LockedUnauthorize = "401"
	LockedForbidden   = "403"
	LockedPlain       = "plain"
	LockedSentence    = "sentence"
	UnknownBad        = "400"
	UnknownForbidden  = "403"
	UnknownNotThere   = "501"
	LineCRLF          = "crlf"
	LineLF            = "lf"
	DeviceTypeNumber  = "31"
	DeviceTypeModel   = "model"
	ProgressNumber    = "number"
	ProgressByte      = "byte"
	ShutdownOff       = "off"
	ShutdownReboot    = "reboot"
	RealmKept         = "kept"
	RealmNew          = "new"
	HTTPSOff          = "off"
	HTTPSOn           = "on"
	HTTPSRedirect     = "redirect"
	RTSPOpen          = "open"
	RTSPChallenge     = "challenge"
	HTTPEventsOff     = "off"
	HTTPEventsOn      = "on"
	UpdateWordsTitle  = "title"
	UpdateWordsLower  = "lower"
	BadUpdateError    = "error"
	BadUpdateState    = "state"
	HalfOldSlot       = "old-slot"
	HalfDead          = "dead"
)
