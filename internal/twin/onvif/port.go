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

	// SetPicture sets the colors of a channel, SetStream its main stream (0) or its
	// sub stream (1), SetRelay an alarm output. Each is within the bounds of the
	// facts; what is refused nevertheless is [ErrBadValue].
	SetPicture(channel int, p Picture) error
	SetStream(channel, sub int, s Stream) error
	SetRelay(output int, closed bool) error

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

	Channels    []Channel
	MainLimits  Limits // what every channel's main stream can be set to
	SubLimits   Limits
	AudioInputs int // how many of the first channels have a socket for a microphone
	AlarmInputs int
	Relays      []bool // the alarm outputs: closed now
	Media2      bool   // has the second media service
	CheckOff    bool   // accounts that are no administrators may use ONVIF too
}

// Channel is one input.
type Channel struct {
	Name    string
	Motion  bool // now
	Lost    bool // no signal now
	Picture Picture
	Main    Stream
	Sub     Stream
}

// Picture is how a channel's colors are set: 0 to 100, Sharpness 0 to MaxSharpness.
type Picture struct{ Brightness, Contrast, Saturation, Sharpness int }

// MaxSharpness is the most that recorders of the family take.
const MaxSharpness = 15

// Stream is one encoding of a channel.
type Stream struct {
	Width, Height int
	FPS           int
	Kbps          int
	GOP           int
	Quality       int  // 1 to MaxQuality
	JPEG          bool // MJPEG, else H.264
	Sound         bool // beside the pictures, if the channel has a microphone
}

// MaxQuality is the best picture.
const MaxQuality = 6

// Limits are what a stream can be set to; the numbers from 1 or from MinKbps on.
type Limits struct {
	Sizes            []Size // the largest first
	FPS, GOP         int
	MinKbps, MaxKbps int
	JPEG             bool // MJPEG too
}

// Size is that of a picture, in pixels.
type Size struct{ Width, Height int }

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
