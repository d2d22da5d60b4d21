package stand

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/rehearse/face"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// maxControl bounds the body of one control request, in bytes.
const maxControl = 4096

// maxAdvance bounds one step of a twin's clock.
const maxAdvance = 365 * 24 * time.Hour

// Control answers for the fronts, backs and clocks of running twins, so that
// tests and trainers can reach them from another process. It is for loopback
// only: it refuses requests that were addressed to another host, as a web page
// would send them through a name of its own, and takes commands as JSON alone.
//
//	GET  /twins                 every twin, as below
//	GET  /twins/{n}             one twin, from 1: {"twin": snapshot, "proofs": {account: tally}}
//	POST /twins/{n}/cord        {"in": true}
//	POST /twins/{n}/rocker      {"in": true}
//	POST /twins/{n}/button      {"down": true}
//	POST /twins/{n}/cable       {"cable": "hdmi", "in": false}; network, hdmi, usb or cameras
//	POST /twins/{n}/alarm       {"input": 0, "in": true}; an alarm input is closed
//	POST /twins/{n}/fault       {"fault": "locked", "in": true}; "name=TIMES" where it is to end
//	POST /twins/{n}/camera      {"channel": 1, "source": "…"}; test, none, a folder or rtsp://…
//	POST /twins/{n}/format      {}, empties the disk, as from the recorder's own menu
//	POST /twins/{n}/advance     {"seconds": 259200}
//	POST /twins/{n}/pace        {"pace": 30}
//	POST /twins/{n}/login       {"user": "admin", "password": "…"}, at its own screen
//	POST /twins/{n}/password    {"password": "…"}, at its own screen, after a login there
//	POST /twins/{n}/usb         {"source": "stick/update.bin"}, a stick with that file is put in; "" pulls it out
//	POST /twins/{n}/screen      {"fields": {"network.dhcp": "true"}, "press": "next"}, at its own screen
//	POST /twins/{n}/screen      {"key": "Tab"}, one key; or {"point": "network.dhcp"}, a click
//
// Every POST answers with the twin after it. What a twin cannot do now is 409.
func Control(twins []*twin.Twin) http.Handler {
	c := control{twins}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /twins", c.list)
	mux.HandleFunc("GET /twins/{n}", c.one)
	mux.HandleFunc("POST /twins/{n}/{act}", c.act)
	return guard(mux)
}

type control struct{ twins []*twin.Twin }

// controlled is a twin as the control API tells it.
type controlled struct {
	Twin   twin.Snapshot         `json:"twin"`
	Proofs map[string]twin.Tally `json:"proofs"` // by account
}

func tell(t *twin.Twin) controlled { return controlled{t.Snapshot(), t.Ledger()} }

// controlCommand is the body of every POST; each command takes the fields it
// needs.
type controlCommand struct {
	In       bool                     `json:"in"`
	Down     bool                     `json:"down"`
	Cable    twin.Cable               `json:"cable"`
	Input    int                      `json:"input"` // from 0
	Fault    string                   `json:"fault"`
	Channel  int                      `json:"channel"` // from 1
	Source   controlSecret            `json:"source"`  // may have the password of a camera
	Seconds  float64                  `json:"seconds"`
	Pace     float64                  `json:"pace"`
	User     string                   `json:"user"`
	Press    string                   `json:"press"` // ID of a button
	Point    string                   `json:"point"` // ID of a button or field
	Key      string                   `json:"key"`
	Fields   map[string]controlSecret `json:"fields"` // values by ID; may be passwords
	Password controlSecret            `json:"password"`
}

// controlSecret is a password on its way in; it cannot be printed.
type controlSecret struct{ typed twin.Password }

// UnmarshalJSON takes a string.
func (s *controlSecret) UnmarshalJSON(b []byte) error {
	var text string
	err := json.Unmarshal(b, &text)
	s.typed = twin.Password(text)
	return err
}

func (c control) list(w http.ResponseWriter, _ *http.Request) {
	all := make([]controlled, len(c.twins))
	for i, t := range c.twins {
		all[i] = tell(t)
	}
	writeJSON(w, http.StatusOK, all)
}

func (c control) one(w http.ResponseWriter, r *http.Request) {
	if t := c.find(w, r); t != nil {
		writeJSON(w, http.StatusOK, tell(t))
	}
}

func (c control) find(w http.ResponseWriter, r *http.Request) *twin.Twin {
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 1 || n > len(c.twins) {
		controlFailed(w, http.StatusNotFound, rekey.CodeNotFound, "There is no such twin; they are numbered from 1.")
		return nil
	}
	return c.twins[n-1]
}

func (c control) act(w http.ResponseWriter, r *http.Request) {
	t := c.find(w, r)
	if t == nil {
		return
	}
	do, known := controls[r.PathValue("act")]
	if !known {
		controlFailed(w, http.StatusNotFound, rekey.CodeNotFound, "There is no such command.")
		return
	}
	cmd, ok := readCommand(w, r)
	if !ok {
		return
	}
	err := do(t, cmd)
	var bad *twin.ConfigError
	switch {
	case err == nil:
		writeJSON(w, http.StatusOK, tell(t))
	case errors.As(err, &bad):
		controlFailed(w, http.StatusBadRequest, rekey.CodeInvalid, bad.Field+" "+bad.Reason)
	case errors.Is(err, twin.ErrNoPart), rekey.CodeOf(err) == rekey.CodeInvalid:
		controlFailed(w, http.StatusBadRequest, rekey.CodeInvalid, err.Error())
	default:
		controlFailed(w, http.StatusConflict, rekey.CodeNotNow, err.Error())
	}
}

func readCommand(w http.ResponseWriter, r *http.Request) (cmd controlCommand, ok bool) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		controlFailed(w, http.StatusUnsupportedMediaType, rekey.CodeInvalid, "A command is JSON, and says so in its content type.")
		return cmd, false
	}
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxControl))
	d.DisallowUnknownFields()
	err := d.Decode(&cmd)
	if err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = errors.New("there is more after the command")
		}
	}
	if err != nil {
		controlFailed(w, http.StatusBadRequest, rekey.CodeInvalid, "The command cannot be read: "+err.Error())
		return cmd, false
	}
	return cmd, true
}

// controls are the commands.
var controls = map[string]func(*twin.Twin, controlCommand) error{
	"cord": func(t *twin.Twin, c controlCommand) error {
		if c.In {
			t.Plug()
		} else {
			t.Unplug()
		}
		return nil
	},
	"rocker": func(t *twin.Twin, c controlCommand) error { return t.SetRocker(c.In) },
	"button": func(t *twin.Twin, c controlCommand) error {
		if c.Down {
			return t.ButtonDown()
		}
		return t.ButtonUp()
	},
	"cable":  func(t *twin.Twin, c controlCommand) error { return t.SetCable(c.Cable, c.In) },
	"alarm":  func(t *twin.Twin, c controlCommand) error { return t.SetAlarm(c.Input, c.In) },
	"fault":  controlFault,
	"camera": controlCamera,
	"format": func(t *twin.Twin, _ controlCommand) error { return t.Format() },
	"advance": func(t *twin.Twin, c controlCommand) error {
		clock, err := pacedOf(t)
		if err != nil {
			return err
		}
		if !(c.Seconds >= 0 && c.Seconds <= maxAdvance.Seconds()) {
			return rekey.Errorf(rekey.CodeInvalid, "seconds is from 0 to %.0f", maxAdvance.Seconds())
		}
		clock.Advance(time.Duration(c.Seconds * float64(time.Second)))
		return nil
	},
	"pace": func(t *twin.Twin, c controlCommand) error {
		clock, err := pacedOf(t)
		if err != nil {
			return err
		}
		if !(c.Pace >= 0 && c.Pace <= twin.MaxPace) {
			return rekey.Errorf(rekey.CodeInvalid, "pace is from 0 to %d", twin.MaxPace)
		}
		clock.SetPace(c.Pace)
		return nil
	},
	"login":    controlLogin,
	"password": controlPassword,
	"screen":   controlScreen,
	"usb":      controlUSB,
}

func controlFault(t *twin.Twin, c controlCommand) error {
	f, times, err := twin.ParseFault(c.Fault)
	if err != nil {
		return err
	}
	if !c.In {
		t.ClearFault(f)
		return nil
	}
	return t.SetFault(f, times)
}

func controlCamera(t *twin.Twin, c controlCommand) error {
	in, err := twin.ParseInput(string(c.Source.typed))
	if err != nil {
		return err
	}
	return t.SetInput(c.Channel, in)
}

// pacedOf gives a twin's clock, if it can be moved.
func pacedOf(t *twin.Twin) (*twin.Paced, error) {
	clock, ok := t.Clock().(*twin.Paced)
	if !ok {
		return nil, twin.ErrNotNow
	}
	return clock, nil
}

// controlLogin logs in at the recorder's own screen. A refused login is a
// conflict, and counts at the recorder as any other.
func controlLogin(t *twin.Twin, c controlCommand) error {
	console := t.Console()
	switch console.Screen().Name {
	case twin.ScreenWizard:
		_, _ = console.Next()
	case twin.ScreenLive:
		_, _ = console.Menu()
	}
	if _, err := console.Login(c.User, c.Password.typed); err != nil {
		return err
	}
	if console.Screen().Name == twin.ScreenMenu {
		return face.ToAccount(console, c.User)
	}
	return nil
}

func controlPassword(t *twin.Twin, c controlCommand) error {
	console := t.Console()
	if console.Screen().Name == twin.ScreenInit {
		_, _ = console.Next()
	}
	_, err := console.ChangePassword(c.Password.typed, c.Password.typed)
	return err
}

// controlScreen is mouse and keys at the recorder's own screen. What the recorder
// says no to is on the screen, and in the answer's monitor.box, without an error; a
// login or password it refuses is a conflict, as with the commands above.
func controlScreen(t *twin.Twin, c controlCommand) error {
	console := t.Console()
	if !t.Snapshot().Rear.Cables[twin.CableHDMI] {
		return twin.ErrNotNow
	}
	var err error
	switch {
	case c.Key != "":
		_, err = console.Key(c.Key)
	case c.Point != "":
		_, err = console.Point(c.Point)
	default:
		values := make(map[string]twin.Password, len(c.Fields))
		for id, v := range c.Fields {
			values[id] = v.typed
		}
		_, err = console.Fill(values, c.Press)
	}
	return err
}

// controlUSB puts a stick with one file of this computer into a twin.
func controlUSB(t *twin.Twin, c controlCommand) error {
	path := string(c.Source.typed)
	if path == "" {
		return t.RemoveUSB()
	}
	f, err := os.Open(path)
	if err != nil {
		return rekey.Errorf(rekey.CodeInvalid, "The file cannot be opened").Wrap(err)
	}
	defer f.Close()
	is, err := f.Stat()
	if err != nil || !is.Mode().IsRegular() {
		return rekey.Errorf(rekey.CodeInvalid, "This is not a file")
	}
	return t.InsertUSB(filepath.Base(path), f, is.Size())
}

func loopbackHost(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

func controlFailed(w http.ResponseWriter, status int, code rekey.Code, message string) {
	var body struct {
		Error struct {
			Code    rekey.Code `json:"code"`
			Message string     `json:"message"`
			Hint    string     `json:"hint"`
		} `json:"error"`
	}
	body.Error.Code, body.Error.Message = code, message
	writeJSON(w, status, body)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the reader went away: nothing to do
}
