package wire

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func unhexed(s string) []byte {
	b, err := hex.DecodeString(strings.NewReplacer(" ", "", "\n", "", "\t", "").Replace(s))
	if err != nil {
		panic(err)
	}
	return b
}

const keepAliveBody = `{"method":"global.keepAlive","params":{"timeout":60,"active":true},"id":2,"session":195939070}`

var frames = []struct {
	name string
	raw  []byte
	want Frame
}{
	{
		"discovery request", // protocol notes, vector 1.1
		append(unhexed(`20 00 00 00 44 48 49 50 00 00 00 00 00 00 00 00
			3a 00 00 00 00 00 00 00 3a 00 00 00 00 00 00 00`),
			`{"method":"DHDiscover.search","params":{"mac":"","uni":1}}`...),
		Frame{Payload: []byte(`{"method":"DHDiscover.search","params":{"mac":"","uni":1}}`)},
	},
	{
		"session and request", // protocol notes, vector 4.4
		append(unhexed(`20 00 00 00 44 48 49 50 fe ca ad 0b 02 00 00 00
			5e 00 00 00 00 00 00 00 5e 00 00 00 00 00 00 00`), keepAliveBody...),
		Frame{Session: 0x0badcafe, Request: 2, Payload: []byte(keepAliveBody)},
	},
	{
		"empty payload",
		unhexed(`20 00 00 00 44 48 49 50 00 00 00 00 00 00 00 00
			00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00`),
		Frame{Payload: []byte{}},
	},
}

func TestFrame(t *testing.T) {
	for _, tt := range frames {
		t.Run(tt.name, func(t *testing.T) {
			got, err := DecodeFrame(tt.raw)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
			if !bytes.Equal(got.Append(nil), tt.raw) {
				t.Error("does not print as it was read")
			}
			r := bytes.NewReader(append(bytes.Clone(tt.raw), "more"...))
			if got, err = ReadFrame(r); err != nil || !cmp.Equal(got, tt.want) || r.Len() != 4 {
				t.Errorf("ReadFrame: %v, %d left", err, r.Len())
			}
		})
	}
}

func TestFrameRefused(t *testing.T) {
	good := frames[0].raw
	with := func(at int, b byte) []byte {
		c := bytes.Clone(good)
		c[at] = b
		return c
	}
	for _, tt := range []struct {
		name string
		raw  []byte
		want error
	}{
		{"empty", nil, ErrTruncated},
		{"header only half", good[:31], ErrTruncated},
		{"payload missing", good[:32], ErrTruncated},
		{"payload short", good[:len(good)-1], ErrTruncated},
		{"trailing byte", append(bytes.Clone(good), 0), ErrMalformed},
		{"header length", with(0, 0x21), ErrMalformed},
		{"magic as a number", append(append(bytes.Clone(good[:4]), "PIHD"...), good[8:]...), ErrMalformed},
		{"reserved", with(20, 1), ErrMalformed},
		{"reserved high", with(31, 1), ErrMalformed},
		{"fragment", with(24, 0x3b), ErrMalformed},
		{"length beyond", with(18, 0xff), ErrTooLarge},
		{"datagram beyond", make([]byte, MaxDatagram+1), ErrTooLarge},
		{"bare JSON", good[32:], ErrMalformed},
	} {
		if _, err := DecodeFrame(tt.raw); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	for _, n := range []int{1, 31, 32, 40} {
		if _, err := ReadFrame(bytes.NewReader(good[:n])); !errors.Is(err, ErrTruncated) {
			t.Errorf("stream of %d bytes: %v", n, err)
		}
	}
	if _, err := ReadFrame(bytes.NewReader(nil)); err != io.EOF {
		t.Errorf("empty stream: %v", err)
	}
}

func FuzzFrame(f *testing.F) {
	for _, tt := range frames {
		f.Add(tt.raw)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := DecodeFrame(b)
		if err != nil {
			return
		}
		if !bytes.Equal(got.Append(nil), b) {
			t.Error("does not print as it was read")
		}
	})
}
