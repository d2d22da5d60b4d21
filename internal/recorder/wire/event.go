package wire

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// The actions of events.
const (
	EventStart = "Start"
	EventStop  = "Stop"
	EventPulse = "Pulse"
	EventState = "State"
)

// Codes of events recorders report.
const (
	EventVideoMotion     = "VideoMotion"
	EventVideoLoss       = "VideoLoss"
	EventVideoBlind      = "VideoBlind"
	EventAlarmLocal      = "AlarmLocal"
	EventAlarmOutput     = "AlarmOutput"
	EventStorageNotExist = "StorageNotExist"
	EventStorageFailure  = "StorageFailure"
	EventStorageLowSpace = "StorageLowSpace"
	EventNewFile         = "NewFile"
	EventNTPAdjustTime   = "NTPAdjustTime"
	EventTimeChange      = "TimeChange"
	EventReboot          = "RebootEvent"  // unconfirmed
	EventLoginFailure    = "LoginFailure" // unconfirmed
	EventAll             = "All"          // in a request only
)

// Event is one event of eventManager.cgi. Index counts channels and inputs from 0.
type Event struct {
	Code   string
	Action string
	Index  int
	Data   json.RawMessage // a JSON value; nil when none was sent
}

const (
	eventWhat = "event"
	heartbeat = "Heartbeat"
	eventData = ";data="
)

// ParseEvent reads the body of a part: Code, action and index in any order, and
// data last, which may span lines and hold semicolons. Other fields are skipped;
// a missing index is 0.
func ParseEvent(b []byte) (Event, error) {
	if len(b) > MaxTextPart {
		return Event{}, tooLarge(eventWhat, "")
	}
	text := strings.Trim(string(b), " \t\r\n\x00")
	var e Event
	if at := strings.Index(text, eventData); at >= 0 {
		e.Data = json.RawMessage(strings.TrimSpace(text[at+len(eventData):]))
		text = text[:at]
		if !json.Valid(e.Data) {
			return Event{}, malformed(eventWhat, "data")
		}
	}
	for field := range strings.SplitSeq(text, ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		switch strings.ToLower(key) {
		case "code":
			e.Code = value
		case "action":
			e.Action = value
		case "index":
			n, err := strconv.ParseInt(value, 10, 32)
			if err != nil {
				return Event{}, malformed(eventWhat, "index")
			}
			e.Index = int(n)
		}
	}
	return e, e.check()
}

func (e Event) check() error {
	switch {
	case e.Code == "" || e.Action == "":
		return malformed(eventWhat, "no code or no action")
	case len(e.Code) > MaxEventCode || len(e.Action) > MaxEventCode:
		return tooLarge(eventWhat, "code or action")
	case !plainWord(e.Code) || !plainWord(e.Action):
		return malformed(eventWhat, "code or action")
	}
	return nil
}

// plainWord reports printable text without the characters of the grammar.
func plainWord(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == ';' || r == '=' })
}

// Append appends the text of the event to dst, without a line end. It refuses
// what would not read back.
func (e Event) Append(dst []byte) ([]byte, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	dst = append(dst, "Code="+e.Code+";action="+e.Action+";index="...)
	dst = strconv.AppendInt(dst, int64(e.Index), 10)
	if e.Data != nil {
		if !json.Valid(e.Data) {
			return nil, malformed(eventWhat, "data")
		}
		dst = append(append(dst, eventData...), bytes.TrimSpace(e.Data)...)
	}
	return dst, nil
}

// AppendEvent appends one part of an event stream. As recorders count it,
// Content-Length takes in the first of the two line ends after the text; after data
// that is a line feed. Data goes over several lines, with a space on both sides of
// each colon, as captured: python-amcrest reads no other.
func AppendEvent(dst []byte, boundary string, e Event) ([]byte, error) {
	text, err := e.Append(nil)
	if err != nil {
		return nil, err
	}
	if e.Data == nil {
		text = append(text, CRLF...)
		return AppendPart(dst, boundary, TypeText, len(text), text), nil
	}
	e.Data = spread(e.Data)
	if text, err = e.Append(nil); err != nil {
		return nil, err
	}
	text = append(text, '\n')
	return AppendPart(dst, boundary, TypeText, len(text), append(text, CRLF...)), nil
}

// spread prints valid JSON as recorders do.
func spread(data json.RawMessage) json.RawMessage {
	var lines bytes.Buffer
	if json.Indent(&lines, bytes.TrimSpace(data), "", "   ") != nil {
		return data
	}
	var out []byte
	text, escaped := false, false
	for _, c := range lines.Bytes() {
		switch {
		case escaped:
			escaped = false
		case text && c == '\\':
			escaped = true
		case c == '"':
			text = !text
		case c == ':' && !text:
			out = append(out, ' ')
		}
		out = append(out, c)
	}
	return out
}

// AppendHeartbeat appends the part that says that the stream is alive.
func AppendHeartbeat(dst []byte, boundary string) []byte {
	return AppendPart(dst, boundary, TypeText, len(heartbeat), []byte(heartbeat+CRLF))
}

// EventCodes reads the codes parameter of an attach request: [A,B], with or
// without the brackets.
func EventCodes(param string) ([]string, error) {
	if len(param) > MaxQuery {
		return nil, tooLarge("event codes", "")
	}
	param = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(param), "["), "]")
	var codes []string
	for c := range strings.SplitSeq(param, ",") {
		if c = strings.TrimSpace(c); c == "" {
			continue
		}
		if len(c) > MaxEventCode || !plainWord(c) {
			return nil, malformed("event codes", "a code")
		}
		codes = append(codes, c)
	}
	return codes, nil
}
