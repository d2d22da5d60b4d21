package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
)

// A length that is not followed by its bytes costs next to nothing.
func TestLengthsCostNothing(t *testing.T) {
	// The first step of a body, the tail of a file that may hold a comment, buffers.
	const most = 160 << 10
	head := Message{PacketDHIP, 1, 2, make([]byte, MaxMessage)}.Append(nil, 0)[:FrameHeader]
	files := archive(FirmwareMagic, content{"x", strings.Repeat("x", ratioFree), 8})
	for name, read := range map[string]func() error{
		"DHIP body":  func() error { return errOf(NewPacketReader(bytes.NewReader(head)).Next()) },
		"DHIP frame": func() error { return errOf(ReadFrame(bytes.NewReader(frames[0].raw[:FrameHeader]))) },
		"picture": func() error {
			const part = "--b\r\nContent-Type: image/jpeg\r\nContent-Length: 4194304\r\n\r\n\xff\xd8"
			return errOf(NewPartReader(strings.NewReader(part), "").Next())
		},
		"directory": func() error {
			b := bytes.Clone(files)
			copy(b[len(b)-endSize+10:], "\x00\x01\xff\xff\x01\x00")
			copy(b[len(b)-endSize+8:], "\x00\x01")
			return errOf(OpenFirmware(bytes.NewReader(b), int64(len(b))))
		},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := read()
		runtime.ReadMemStats(&after)
		if err == nil || errors.Is(err, io.EOF) {
			t.Errorf("%s was taken", name)
		}
		if n := after.TotalAlloc - before.TotalAlloc; n > most {
			t.Errorf("%s: %d bytes taken", name, n)
		}
	}
}

// A megabyte of JSON is not to become many in memory, neither when it is read nor as
// lines.
func TestTreesCostLittle(t *testing.T) {
	const most = 16 << 20
	in := func(table string) string { return `{"id":1,"result":true,"params":{"table":` + table + `}}` }
	var members strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&members, `"%d":0,`, i)
	}
	for name, body := range map[string]string{
		"numbers":   in("[" + strings.Repeat("0,", 500_000) + "0]"),
		"objects":   in("[" + strings.Repeat("{},", 340_000) + "{}]"),
		"members":   in("[" + strings.Repeat(`{"":0},`, 140_000) + "{}]"),
		"lists":     in("[" + strings.Repeat("[],", 340_000) + "[]]"),
		"long name": in(`{"` + strings.Repeat("k", 500_000) + `":{` + members.String() + `"":0}}`),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r, err := DecodeResponse([]byte(body))
		if err == nil {
			var p struct{ Table any }
			if err = DecodeParams(r.Params, &p); err == nil {
				_, err = Flatten("", p.Table)
			}
		}
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; !errors.Is(err, ErrTooLarge) || n > most {
			t.Errorf("%s: %d bytes taken, %v", name, n, err)
		}
	}
	full := in("{" + strings.Repeat(`"a":0,`, MaxValues-10) + `"b":0}`)
	if _, err := DecodeResponse([]byte(full)); err != nil {
		t.Errorf("as many as may be: %v", err)
	}
}
