package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// The part of protocol notes 2.8, byte for byte.
const motionPart = "--myboundary\r\nContent-Type: text/plain\r\nContent-Length:39\r\n\r\nCode=VideoMotion;action=Start;index=0\r\n\r\n"

const heartbeatPart = "--myboundary\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nHeartbeat\r\n\r\n"

const picture = "\xff\xd8\r\n--myboundary is no delimiter here\xff\xd9"

var partStreams = []struct {
	name string
	raw  string
	want []Part
	err  error
}{
	{"motion and heartbeat", motionPart + heartbeatPart,
		[]Part{{TypeText, []byte("Code=VideoMotion;action=Start;index=0")}, {TypeText, []byte("Heartbeat")}}, io.EOF},
	{"text counted without its line end", strings.Replace(motionPart, ":39", ": 37", 1) + heartbeatPart,
		[]Part{{TypeText, []byte("Code=VideoMotion;action=Start;index=0")}, {TypeText, []byte("Heartbeat")}}, io.EOF},
	{"line end before, not counted", "--b\r\nContent-Length: 20\r\n\r\n\r\nCode=A;action=B;index\r\n--b--\r\n",
		[]Part{{TypeText, []byte("Code=A;action=B;inde")}}, io.EOF},
	{"line end before, counted", "--b\r\nContent-Length: 19\r\n\r\n\r\nCode=A;action=Pulse\r\n--b\r\nContent-Length: 1\r\n\r\nx",
		[]Part{{TypeText, []byte("Code=A;action=Pulse")}, {TypeText, []byte("x")}}, io.EOF},
	{"LF, other case, other fields", "\n--b\ncontent-length:3\nX-Time: 1\nCONTENT-TYPE: Text/Plain; charset=utf-8\n\nabc\n--b\n\ndef\r\n--b--",
		[]Part{{TypeText, []byte("abc")}, {TypeText, []byte("def")}}, io.EOF},
	{"picture", "--myboundary\r\nContent-Type: image/jpeg\r\nContent-Length: 39\r\n\r\n" + picture + "\r\n--myboundary--",
		[]Part{{TypeJPEG, []byte(picture)}}, io.EOF},
	{"picture after a line end, counted", "--myboundary\r\nContent-Type: image/jpeg\r\nContent-Length: 41\r\n\r\n\r\n" + picture + "\r\n--myboundary--",
		[]Part{{TypeJPEG, []byte(picture)}}, io.EOF},
	{"no length", "--b\r\nContent-Type: image/jpeg\r\n\r\n" + picture + "\r\n--b\r\nContent-Length: 1\r\n\r\ny\r\n",
		[]Part{{TypeJPEG, []byte(picture)}, {TypeText, []byte("y")}}, io.EOF},
	{"no length, a long line that ends like a delimiter", "--b\r\nContent-Type: image/jpeg\r\n\r\n" + strings.Repeat("x", MaxPartHeader) + "--b\r\n\r\n--b--\r\n",
		[]Part{{TypeJPEG, []byte(strings.Repeat("x", MaxPartHeader) + "--b\r\n")}}, io.EOF},
	{"data over lines", "--b\r\nContent-Length: 47\r\n\r\nCode=A;action=Start;index=0;data={\n  \"a\" : 1\n}\r\n\r\n",
		[]Part{{TypeText, []byte("Code=A;action=Start;index=0;data={\n  \"a\" : 1\n}")}}, io.EOF},
	{"nothing", "", nil, io.EOF},
	{"cut in the header", "--b\r\nContent-Le", nil, ErrTruncated},
	{"cut in the body", "--b\r\nContent-Length: 10\r\n\r\nabc", nil, ErrTruncated},
	{"cut without length", "--b\r\n\r\nabc", nil, ErrTruncated},
	{"length is no number", "--b\r\nContent-Length: x\r\n\r\nabc", nil, ErrMalformed},
	{"negative length", "--b\r\nContent-Length: -1\r\n\r\nabc", nil, ErrMalformed},
	{"length over the next part", strings.Replace(motionPart, ":39", ":60", 1) + heartbeatPart, nil, ErrMalformed},
	{"long text", "--b\r\nContent-Length: 65537\r\n\r\n", nil, ErrTooLarge},
	{"long picture", "--b\r\nContent-Type: image/jpeg\r\nContent-Length: 4194305\r\n\r\n", nil, ErrTooLarge},
	{"long line", "--b\r\nX: " + strings.Repeat("x", MaxPartHeader) + "\r\n", nil, ErrTooLarge},
	{"many lines", "--b\r\n" + strings.Repeat("X: y\r\n", MaxPartHeader/4), nil, ErrTooLarge},
	{"no delimiter", strings.Repeat("hello\r\n", MaxPartGap), nil, ErrTooLarge},
	{"endless without length", "--b\r\n\r\n" + strings.Repeat("hello\r\n", MaxTextPart), nil, ErrTooLarge},
}

func readParts(r io.Reader, boundary string, max int) ([]Part, error) {
	var parts []Part
	p := NewPartReader(r, boundary)
	for range max {
		part, err := p.Next()
		if err != nil {
			return parts, err
		}
		parts = append(parts, part)
	}
	return parts, errors.New("more parts than there can be")
}

func TestParts(t *testing.T) {
	for _, tt := range partStreams {
		for boundary := range map[string]bool{"": true, Boundary("multipart/x-mixed-replace; boundary=" + boundaryOf(tt.raw)): true} {
			for how, r := range map[string]io.Reader{"whole": strings.NewReader(tt.raw), "by the byte": iotest.OneByteReader(strings.NewReader(tt.raw))} {
				got, err := readParts(r, boundary, 10)
				if d := cmp.Diff(tt.want, got); d != "" || !errors.Is(err, tt.err) {
					t.Errorf("%s, %s, boundary %q: %v %s", tt.name, how, boundary, err, d)
				}
			}
		}
	}
}

func boundaryOf(stream string) string {
	if strings.Contains(stream, "--myboundary\r") {
		return DefaultBoundary
	}
	return "b"
}

// A part has to come out while the stream stays open behind it.
func TestPartComesAtOnce(t *testing.T) {
	still := errors.New("the connection is silent")
	r := NewPartReader(io.MultiReader(strings.NewReader(motionPart), iotest.ErrReader(still)), "")
	if p, err := r.Next(); err != nil || len(p.Body) != 37 {
		t.Errorf("%q, %v", p.Body, err)
	}
	if _, err := r.Next(); !errors.Is(err, still) {
		t.Errorf("then: %v", err)
	}
}

func TestBoundary(t *testing.T) {
	for header, want := range map[string]string{
		"multipart/x-mixed-replace; boundary=myboundary":            "myboundary",
		`multipart/x-mixed-replace;BOUNDARY="my boundary"; x=y`:     "my boundary",
		"multipart/x-mixed-replace; boundary=--myboundary":          "myboundary",
		"multipart/x-mixed-replace; charset=utf-8; boundary = abc ": "abc",
		"text/plain": "", "": "",
	} {
		if got := Boundary(header); got != want {
			t.Errorf("%s: %q", header, got)
		}
	}
}

var events = []struct {
	raw  string
	want Event
	own  bool // this package prints it the same way
}{
	{"Code=VideoMotion;action=Start;index=0", Event{Code: "VideoMotion", Action: EventStart}, true},
	{"Code=VideoLoss;action=Stop;index=7", Event{Code: "VideoLoss", Action: EventStop, Index: 7}, true},
	{`Code=NewFile;action=Pulse;index=0;data={"File":"/mnt/a;b=c","Size":1}`,
		Event{"NewFile", EventPulse, 0, json.RawMessage(`{"File":"/mnt/a;b=c","Size":1}`)}, true},
	{"Code=A;action=State;index=1;data={\n\t\"x\" : [ 1,\r\n 2 ];\"\n}", Event{}, false},
	{"Code=A;action=State;index=1;data={\n\t\"x\" : [ 1,\r\n 2 ]\n}\n",
		Event{"A", EventState, 1, json.RawMessage("{\n\t\"x\" : [ 1,\r\n 2 ]\n}")}, false},
	{"Code=A B;action=Start", Event{}, false},
	{"\r\naction=Start; code=A ;extra=1", Event{Code: "A", Action: EventStart}, false},
	{"Code=A;action=Start;index=x", Event{}, false},
	{"Code=A;action=Start;index=99999999999", Event{}, false},
	{"Code=A;index=0", Event{}, false},
	{"Heartbeat", Event{}, false},
	{"", Event{}, false},
	{"Code=" + strings.Repeat("x", MaxEventCode+1) + ";action=Start", Event{}, false},
	{strings.Repeat("x", MaxTextPart+1), Event{}, false},
}

func TestEvent(t *testing.T) {
	for _, tt := range events {
		got, err := ParseEvent([]byte(tt.raw))
		if tt.want.Code == "" {
			if err == nil {
				t.Errorf("%.60q was taken as %+v", tt.raw, got)
			}
			continue
		}
		if d := cmp.Diff(tt.want, got); d != "" || err != nil {
			t.Errorf("%q: %v %s", tt.raw, err, d)
		}
		if b, err := got.Append(nil); tt.own && string(b) != tt.raw || err != nil {
			t.Errorf("%q prints as %q, %v", tt.raw, b, err)
		}
	}
	for _, e := range []Event{{}, {Code: "a;b", Action: "c"}, {Code: "a", Action: "c\n"}, {Code: "a", Action: "b", Data: json.RawMessage("{")}} {
		if b, err := AppendEvent(nil, "b", e); err == nil {
			t.Errorf("%+v printed as %q", e, b)
		}
	}
}

func TestAppendParts(t *testing.T) {
	b, err := AppendEvent(nil, DefaultBoundary, Event{Code: "VideoMotion", Action: EventStart})
	if err != nil || string(b) != motionPart {
		t.Errorf("%q, %v", b, err)
	}
	b = AppendPicture(AppendHeartbeat(b, DefaultBoundary), DefaultBoundary, []byte(picture))
	got, err := readParts(bytes.NewReader(b), DefaultBoundary, 4)
	want := []Part{{TypeText, []byte("Code=VideoMotion;action=Start;index=0")}, {TypeText, []byte("Heartbeat")}, {TypeJPEG, []byte(picture)}}
	if d := cmp.Diff(want, got); d != "" || err != io.EOF {
		t.Errorf("%v %s", err, d)
	}
	if !got[1].Heartbeat() || got[0].Heartbeat() {
		t.Error("the heartbeat is not told from an event")
	}
}

// Events with data, as captured of a camera of the family.
func TestEventWithData(t *testing.T) {
	for _, tt := range []struct {
		e    Event
		want string
	}{
		{Event{"TimeChange", EventPulse, 0, json.RawMessage(`{"BeforeModifyTime":"2019-02-20 13:49:58","ModifiedTime":"2019-02-20 13:49:58"}`)},
			"--myboundary\r\nContent-Type: text/plain\r\nContent-Length:135\r\n\r\nCode=TimeChange;action=Pulse;index=0;data={\n" +
				"   \"BeforeModifyTime\" : \"2019-02-20 13:49:58\",\n   \"ModifiedTime\" : \"2019-02-20 13:49:58\"\n}\n\r\n\r\n"},
		{Event{"NTPAdjustTime", EventPulse, 0, json.RawMessage(`{"Address":"192.168.5.254","Before":"2019-02-20 13:49:57","result":true}`)},
			"--myboundary\r\nContent-Type: text/plain\r\nContent-Length:137\r\n\r\nCode=NTPAdjustTime;action=Pulse;index=0;data={\n" +
				"   \"Address\" : \"192.168.5.254\",\n   \"Before\" : \"2019-02-20 13:49:57\",\n   \"result\" : true\n}\n\r\n\r\n"},
	} {
		got, err := AppendEvent(nil, DefaultBoundary, tt.e)
		if d := cmp.Diff(tt.want, string(got)); d != "" || err != nil {
			t.Errorf("%v %s", err, d)
		}
	}
	tricky := Event{Code: "A", Action: EventState, Data: json.RawMessage(`{"a\":\\":[{"b":":;\n"},{}],"c":null}`)}
	b, err := AppendEvent(nil, DefaultBoundary, tricky)
	parts, end := readParts(bytes.NewReader(b), DefaultBoundary, 2)
	if err != nil || end != io.EOF || len(parts) != 1 {
		t.Fatalf("%v %v %v", err, end, parts)
	}
	back, err := ParseEvent(parts[0].Body)
	var was, is any
	if err != nil || json.Unmarshal(tricky.Data, &was) != nil || json.Unmarshal(back.Data, &is) != nil || !cmp.Equal(was, is) {
		t.Errorf("%q comes back as %q, %v", tricky.Data, back.Data, err)
	}
}

func TestEventCodes(t *testing.T) {
	for param, want := range map[string][]string{
		"[VideoMotion,AlarmLocal]": {"VideoMotion", "AlarmLocal"}, "[All]": {"All"}, "All": {"All"}, "[ A , B, ]": {"A", "B"}, "[]": nil,
	} {
		if got, err := EventCodes(param); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s: %v, %v", param, got, err)
		}
	}
	for _, param := range []string{"[a;b]", "[a\nb]", strings.Repeat("x", MaxQuery+1), strings.Repeat("x", MaxEventCode+1)} {
		if got, err := EventCodes(param); err == nil {
			t.Errorf("%.40q: %v", param, got)
		}
	}
}

func FuzzPart(f *testing.F) {
	for _, tt := range partStreams {
		if len(tt.raw) < 4096 {
			f.Add(tt.raw)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := readParts(strings.NewReader(s), "", len(s))
		slow, slowErr := readParts(iotest.OneByteReader(strings.NewReader(s)), "", len(s))
		if d := cmp.Diff(got, slow); d != "" || (err == io.EOF) != (slowErr == io.EOF) {
			t.Errorf("by the byte: %v, %v %s", err, slowErr, d)
		}
	})
}

func FuzzEvent(f *testing.F) {
	for _, tt := range events {
		f.Add(tt.raw)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseEvent([]byte(s))
		if err != nil {
			return
		}
		b, err := got.Append(nil)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := ParseEvent(b); err != nil || !cmp.Equal(got, again) {
			t.Errorf("%+v became %+v, %v", got, again, err)
		}
	})
}
