package onvif

import "time"

// Recorder is what the services ask of the recorder they belong to. It is used
// within one call of [State.Answer] and need not be safe for several goroutines.
type Recorder interface {
	// Facts are what it is and how it is set at this moment.
	Facts() Facts
	// Prove brings one proof before the recorder's lock table. check is called at
	// most once, with the clear password of the account.
	Prove(user string, check func(password string) bool) Verdict
	// ProveHTTP judges the proof in the request's HTTP header. brought is false
	// if there was none, or one that costs nothing: a stale nonce, another scheme.
	ProveHTTP() (v Verdict, brought bool)
	// Challenge gives the header lines that ask for a proof by HTTP; nothing where
	// the recorder knows no such thing.
	Challenge() []string

	Users() []User
	AddUser(u User, password string) error
	// ChangeUser sets level and, unless password is nil, the password.
	ChangeUser(u User, password *string) error
	DeleteUser(name string) error

	// SetClock sets the recorder's clock to utc (unless zero) and its zone to so
	// many seconds east (unless nil).
	SetClock(utc time.Time, east *int) error
	// Restart happens after the answer is out.
	Restart(Restart)
}

// Restart is why a recorder goes down.
type Restart int

// The reasons.
const (
	Reboot       Restart = iota
	FactoryAll           // a factory reset of everything
	FactoryNoNet         // a factory reset that keeps the network set-up
)

// Facts are what a recorder says of itself. Times are UTC as the recorder has it:
// a wrong clock or a wrong zone shows here, and token logins fail by it.
type Facts struct {
	Newer        bool // newer firmware: challenges by HTTP, says how many tries are left
	Manufacturer string
	Model        string
	Firmware     string
	Serial       string
	Hardware     string
	ID           string // stable over restarts; the endpoint is made from it
	MAC          string // with colons
	Host         string // host:port of the web service, as the client reached it
	Secure       bool   // Host is that of HTTPS
	RTSPPort     int    // 0: no RTSP, so no stream address is given
	HTTPPort     int
	HTTPSPort    int // 0: off

	UTC  time.Time
	East int  // seconds of the recorder's zone, as it is set
	DST  bool // daylight saving is switched on
	NTP  bool // the clock is set by NTP

	Hostname   string
	Address    string // IPv4
	PrefixBits int
	Gateway    string
	DHCP       bool
	DNS        []string
	NTPServer  string
	MTU        int

	Channels     []Channel
	CheckOff     bool // accounts that are no administrators may use ONVIF too
	PasswordRule bool // passwords have a rule: 8 to 32 characters
}

// Channel is one input.
type Channel struct {
	Name   string
	Motion bool // now
	Lost   bool // no signal now
	Main   Stream
	Sub    Stream
}

// Stream is one encoding of a channel.
type Stream struct {
	Width, Height int
	FPS           int
	Kbps          int
	GOP           int
	JPEG          bool // MJPEG, else H.264
}

// Level is an ONVIF user level.
type Level string

// The levels, highest first.
const (
	Administrator Level = "Administrator"
	Operator      Level = "Operator"
	Viewer        Level = "User"
)

// User is one account as ONVIF knows it.
type User struct {
	Name  string
	Level Level
	Fixed bool // cannot be deleted
}

// Verdict is what a proof came to.
type Verdict struct {
	Granted bool
	User    User
	Left    int // tries left after a wrong proof; -1 if not judged or not told
}
