package dhav

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// At 2024-01-02 03:04:05 the packed date is 24<<26 | 1<<22 | 2<<17 | 3<<12 | 4<<6 | 5.
var moment = time.Date(2024, 1, 2, 3, 4, 5, 250e6, time.UTC)

func TestDatesArePackedByTheFieldsOfTheWall(t *testing.T) {
	for at, want := range map[time.Time]uint32{
		moment: 0x60443105, moment.In(time.FixedZone("", 3600)): 0x60444105,
		time.Date(2063, 12, 31, 23, 59, 59, 0, time.UTC): 63<<26 | 12<<22 | 31<<17 | 23<<12 | 59<<6 | 59,
		time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC):      1<<22 | 1<<17,
	} {
		if got := PackDate(at); got != want {
			t.Errorf("%v: %08x, not %08x", at, got, want)
		}
		if got := UnpackDate(want, at.Location()); !got.Equal(at.Truncate(time.Second)) {
			t.Errorf("%08x: %v", want, got)
		}
	}
}

// TestAFrameIsLaidOut is written out from the layout in the package's comment. The
// milliseconds are 1704164645250 modulo 65536: 0xd982.
func TestAFrameIsLaidOut(t *testing.T) {
	want := strings.Join(strings.Fields(`
		44484156 fd 00 03 00 07000000 2f000000 05314460 82d9 0c 9a
		82000000 c002 e001  81 00 08 0f
		aabbcc
		64686176 2f000000`), "")
	f := Frame{Kind: KindI, Channel: 3, Number: 7, At: moment, Codec: CodecH264, FPS: 15, Width: 704, Height: 480, Data: []byte{0xaa, 0xbb, 0xcc}}
	b, err := Append(nil, &f)
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(b); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var file bytes.Buffer
		w := NewWriter(&file)
		var want []Frame
		for range rapid.IntRange(0, 5).Draw(t, "frames") {
			f := Frame{
				Kind:    rapid.SampledFrom([]Kind{KindAudio, KindAux, KindP, KindI}).Draw(t, "kind"),
				Channel: rapid.Byte().Draw(t, "channel"), Number: rapid.Uint32().Draw(t, "number"),
				At:    time.Unix(rapid.Int64Range(946_684_800, 2_966_371_199).Draw(t, "at"), 0).UTC(),
				Width: rapid.Uint16().Draw(t, "width"), Codec: Codec(rapid.Byte().Draw(t, "codec")),
				Data: rapid.SliceOf(rapid.Byte()).Draw(t, "data"),
			}
			if f.Width > 0 {
				f.Height = rapid.Uint16().Draw(t, "height")
			}
			if f.Codec > 0 {
				f.FPS = rapid.Byte().Draw(t, "fps")
			}
			if err := w.Write(&f); err != nil {
				t.Fatal(err)
			}
			want = append(want, f)
		}
		if w.Written() != int64(file.Len()) {
			t.Errorf("%d written, %d there", w.Written(), file.Len())
		}
		r := NewReader(iotest.OneByteReader(&file), time.UTC)
		for _, f := range want {
			got, err := r.Next()
			if err != nil {
				t.Fatal(err)
			}
			if f.Data == nil {
				f.Data = []byte{}
			}
			if diff := cmp.Diff(f, got); diff != "" {
				t.Fatal(diff)
			}
		}
		if _, err := r.Next(); !errors.Is(err, io.EOF) {
			t.Errorf("at the end: %v", err)
		}
	})
}

func TestDamageIsSeen(t *testing.T) {
	good, err := Append(nil, &Frame{Kind: KindI, At: moment, Codec: CodecH264, Width: 64, Data: []byte("picture")})
	if err != nil {
		t.Fatal(err)
	}
	for i := range good[:24] {
		bad := bytes.Clone(good)
		bad[i]++
		if _, err := NewReader(bytes.NewReader(bad), time.UTC).Next(); !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrLarge) {
			t.Errorf("byte %d changed: %v", i, err)
		}
	}
	for n := 1; n < len(good); n++ {
		if _, err := NewReader(bytes.NewReader(good[:n]), time.UTC).Next(); !errors.Is(err, ErrDamaged) {
			t.Errorf("cut off at %d: %v", n, err)
		}
	}
	if _, err := Append(nil, &Frame{Data: make([]byte, MaxFrame)}); !errors.Is(err, ErrLarge) {
		t.Errorf("too large: %v", err)
	}
	broken := errors.New("broken")
	if _, err := NewReader(iotest.ErrReader(broken), time.UTC).Next(); !errors.Is(err, broken) {
		t.Errorf("a reader's own error: %v", err)
	}
}

func FuzzReader(f *testing.F) {
	for _, k := range []Frame{
		{Kind: KindI, At: moment, Codec: CodecH264, FPS: 25, Width: 704, Height: 480, Data: []byte{0, 0, 0, 1, 0x67}},
		{Kind: KindP, At: moment, Data: []byte{0, 0, 0, 1, 0x61}}, {Kind: KindAux},
	} {
		b, err := Append(nil, &k)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("DHAV\xfd\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := NewReader(bytes.NewReader(b), time.UTC)
		read := 0
		for {
			frame, err := r.Next()
			if err != nil {
				if !errors.Is(err, io.EOF) && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrLarge) {
					t.Fatal(err)
				}
				return
			}
			if read += headerSize + len(frame.Data) + trailerSize; read > len(b) {
				t.Fatalf("%d bytes read of %d", read, len(b))
			}
		}
	})
}
