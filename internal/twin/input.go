package twin

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/rekey-dvr/rekey/internal/twin/camera"
)

// InputKind is what sort of thing is connected to an input of the cameras.
type InputKind string

// The kinds.
const (
	InputTest   InputKind = "test"   // a moving test card
	InputNone   InputKind = "none"   // nothing: no signal
	InputFolder InputKind = "folder" // the JPEG files of a folder in turn
	InputStream InputKind = "stream" // Motion JPEG of an RTSP camera on the local network
)

// Input is what is connected to one input of the cameras. The zero value is a test
// card. It prints and marshals without user and password of a camera: a state file has
// none, and a twin that is taken up from it needs them given again.
type Input struct {
	kind  InputKind // "" is InputTest
	where string    // a folder, or an address without user and password
	login bool      // the camera wants user and password
	// full is the address with user and password, where they are known. It is behind a
	// pointer so that nothing that prints what holds an Input prints it.
	full *string
}

// maxInput bounds the text of an input, in bytes.
const maxInput = 2048

// ParseInput reads "test", "none", the path of a folder or the address of a camera,
// rtsp://[user:password@]host[:port]/path with a local address for a host. The folder has
// to be there. Errors are a [ConfigError] and never repeat an address.
func ParseInput(text string) (Input, error) {
	bad := func(reason string, err error) (Input, error) {
		return Input{}, &ConfigError{Field: "camera", Reason: reason, Err: err}
	}
	switch {
	case text == string(InputTest):
		return Input{}, nil
	case text == string(InputNone):
		return Input{kind: InputNone}, nil
	case text == "" || len(text) > maxInput:
		return bad("is test, none, a folder or an rtsp:// address, of at most 2048 bytes", nil)
	case strings.HasPrefix(text, "rtsp://"):
		in, err := parseStream(text)
		if err != nil {
			return bad("has an address that is not used: "+err.Error(), err)
		}
		return in, nil
	case strings.Contains(text, "://"):
		return bad("has an address that is not of RTSP", nil)
	}
	dir, err := filepath.Abs(text)
	if err != nil {
		return bad("is a folder without a path", err)
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return bad(fmt.Sprintf("is not a folder: %.200q", dir), err)
	}
	return Input{kind: InputFolder, where: dir}, nil
}

var errOpenPassword = errors.New("a password stands before the @ and nowhere else in it")

// parseStream reads the address of a camera.
func parseStream(text string) (Input, error) {
	u, err := url.Parse(text)
	if err != nil {
		return Input{}, camera.ErrAddress // not the cause, which repeats the address
	}
	if _, err := camera.NewStream(text); err != nil {
		return Input{}, err
	}
	in := Input{kind: InputStream, login: u.User != nil, full: &text}
	u.User = nil
	in.where = u.String()
	for _, word := range []string{"password=", "passwd=", "pwd=", "pass=", "token="} {
		if strings.Contains(strings.ToLower(in.where), word) {
			return Input{}, errOpenPassword
		}
	}
	return in, nil
}

// Kind is what sort of thing it is.
func (in Input) Kind() InputKind {
	if in.kind == "" {
		return InputTest
	}
	return in.kind
}

// String is what [ParseInput] reads, without user and password.
func (in Input) String() string {
	if in.where != "" {
		return in.where
	}
	return string(in.Kind())
}

// recorded names it on the disk; nothing is a test card.
func (in Input) recorded() string {
	switch in.kind {
	case InputFolder:
		return recordedFolder + in.where
	case InputStream:
		return recordedStream
	}
	return ""
}

// What recordings are of, where not of a test card.
const (
	recordedFolder = "folder:"
	recordedStream = "stream"
)

// inputFile is an input in a state file.
type inputFile struct {
	Kind  InputKind `json:"kind"`
	Where string    `json:"where,omitempty"`
	Login bool      `json:"login,omitempty"`
}

// MarshalJSON writes it without user and password.
func (in Input) MarshalJSON() ([]byte, error) {
	return json.Marshal(inputFile{in.Kind(), in.where, in.login})
}

// UnmarshalJSON reads what MarshalJSON wrote. A folder need not be there any more.
func (in *Input) UnmarshalJSON(b []byte) error {
	var f inputFile
	if err := json.Unmarshal(b, &f); err != nil {
		return err
	}
	next := Input{kind: f.Kind, where: f.Where, login: f.Login}
	switch {
	case (f.Kind == InputTest || f.Kind == InputNone) && f.Where == "" && !f.Login:
	case f.Kind == InputFolder && filepath.IsAbs(f.Where) && len(f.Where) <= 2*maxInput && !f.Login:
	case f.Kind == InputStream && len(f.Where) <= 2*maxInput:
		parsed, err := parseStream(f.Where)
		if err != nil {
			return &ConfigError{Field: "camera", Reason: "has an address that is not used", Err: err}
		}
		if !f.Login {
			next.full = parsed.full
		}
	default:
		return &ConfigError{Field: "camera", Reason: "is of a kind that is not known"}
	}
	*in = next
	return nil
}
