package tape

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/rekey-dvr/rekey/internal/need"
	"github.com/rekey-dvr/rekey/internal/twin/camera"
	"github.com/rekey-dvr/rekey/internal/twin/dhav"
	"github.com/rekey-dvr/rekey/internal/twin/h264"
)

var dawn = time.Date(2024, 2, 29, 23, 59, 56, 0, time.FixedZone("here", 2*3600))

func d1(from time.Time, span time.Duration) Config {
	return Config{Camera: camera.Camera{Name: "Gate"}, Size: camera.SizeD1, FPS: 15, From: from, To: from.Add(span)}
}

func whole(t *testing.T, c Config) []byte {
	t.Helper()
	f, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// probe gives what ffprobe says of a file: codec, size, frames decoded, and the
// moments of the first and last in seconds.
func probe(t *testing.T, file []byte) (stream string, moments []float64) {
	t.Helper()
	ffprobe := need.Program(t, "that players play the files", "ffprobe")
	path := filepath.Join(t.TempDir(), "file.dav")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) string {
		cmd := exec.CommandContext(t.Context(), ffprobe, append(append([]string{"-v", "error", "-of", "csv=p=0"}, args...), path)...)
		var complaints bytes.Buffer
		cmd.Stderr = &complaints
		out, err := cmd.Output()
		if err != nil || complaints.Len() > 0 {
			t.Fatalf("ffprobe: %v: %s", err, complaints.Bytes())
		}
		return strings.TrimSpace(string(out))
	}
	stream = run("-count_frames", "-show_entries", "stream=codec_name,width,height,nb_read_frames")
	for line := range strings.FieldsSeq(run("-show_entries", "frame=pts_time")) {
		at, err := strconv.ParseFloat(strings.Trim(line, ","), 64)
		if err != nil {
			t.Fatal(err)
		}
		moments = append(moments, at)
	}
	return stream, moments
}

func TestPlayersPlayAFile(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Config)
		stream string
	}{
		{"over midnight", func(*Config) {}, "h264,704,480,150"},
		{"between pictures", func(c *Config) {
			c.From = c.From.Add(1234 * time.Millisecond)
			c.Size, c.To = camera.SizeCIF, c.From.Add(10*time.Second)
		}, "h264,352,240,150"},
		{"the lowest rate", func(c *Config) { c.Size, c.Rate = camera.SizeQCIF, 1 }, "h264,176,120,150"},
		{"small and slow", func(c *Config) { c.Size, c.FPS, c.Rate = camera.SizeCIF, 7, 96_000 }, "h264,352,240,70"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			config := d1(dawn, 10*time.Second)
			c.change(&config)
			b := whole(t, config)
			if int64(len(b)) != FileSize(config) {
				t.Errorf("%d bytes, %d foretold", len(b), FileSize(config))
			}
			stream, moments := probe(t, b)
			if stream != c.stream {
				t.Errorf("ffprobe sees %s, not %s", stream, c.stream)
			}
			length := moments[len(moments)-1] - moments[0]
			if length < 9.7 || length > 10.3 {
				t.Errorf("it lasts %.2f s", length)
			}
			// Players take the first picture of each second to be at its beginning, so
			// that a file's first second may seem longer than it was.
			for i := config.FPS + 1; i < len(moments); i++ {
				if step := (moments[i] - moments[i-1]) * float64(config.FPS); step < 0.2 || step > 1.8 {
					t.Errorf("picture %d is %.2f pictures after the one before", i, step)
				}
			}
		})
	}
}

func TestAFileIsTheSameFromWhereverItIsRead(t *testing.T) {
	config := d1(dawn.Add(700*time.Millisecond), 7*time.Second)
	config.Size = camera.SizeCIF
	b := whole(t, config)
	f, err := Open(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := iotest.TestReader(f, b); err != nil {
		t.Error(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 8 {
		from := random.IntN(len(b))
		n := min(1+random.IntN(5000), len(b)-from)
		got := make([]byte, n)
		if _, err := f.Seek(int64(from), io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(f, got); err != nil || !bytes.Equal(got, b[from:from+n]) {
			t.Fatalf("%d bytes from %d are others: %v", n, from, err)
		}
	}
}

func TestAFileIsServedWithItsLengthAndInRanges(t *testing.T) {
	config := d1(dawn, 5*time.Second)
	config.Size = camera.SizeCIF
	b := whole(t, config)
	f, err := Open(config)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	r.Header.Set("Range", "bytes=100000-100999")
	w := httptest.NewRecorder()
	http.ServeContent(w, r, "x.dav", time.Time{}, f)
	if w.Code != http.StatusPartialContent || !bytes.Equal(w.Body.Bytes(), b[100000:101000]) {
		t.Errorf("%d with %d bytes", w.Code, w.Body.Len())
	}
}

func TestADHAVFileHoldsTheTape(t *testing.T) {
	config := d1(dawn, 5*time.Second)
	config.Size, config.Camera.Channel = camera.SizeCIF, 3
	r := dhav.NewReader(bytes.NewReader(whole(t, config)), dawn.Location())
	config.Rate = DefaultRate
	tape, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	for n := uint32(0); ; n++ {
		want, err := tape.Next()
		got, readErr := r.Next()
		if errors.Is(err, io.EOF) && errors.Is(readErr, io.EOF) {
			if n != 75 {
				t.Errorf("%d frames", n)
			}
			return
		}
		if err != nil || readErr != nil {
			t.Fatal(n, err, readErr)
		}
		if !bytes.HasPrefix(got.Data, h264.AnnexB(nil, want.Units...)) || got.Number != n || got.Channel != 3 ||
			(got.Kind == dhav.KindI) != want.IDR || !got.At.Equal(want.At.Truncate(time.Second)) {
			t.Fatalf("frame %d: number %d of channel %d at %v", n, got.Number, got.Channel, got.At)
		}
	}
}

func TestSpansThatAreNone(t *testing.T) {
	back := d1(dawn, -time.Second)
	endless := Config{Size: camera.SizeCIF, FPS: 15, From: dawn}
	odd := d1(dawn, time.Second)
	odd.Size.Width++
	for name, c := range map[string]struct {
		Config
		want error
	}{
		"backwards": {back, ErrSpan}, "endless": {endless, ErrSpan}, "of an odd size": {odd, camera.ErrSize},
		"before the clock begins": {Config{Size: camera.SizeCIF, FPS: 15}, ErrSpan},
		"standing":                {Config{Size: camera.SizeCIF, From: dawn, To: dawn}, h264.ErrConfig},
	} {
		if _, err := Open(c.Config); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	none := d1(dawn, 0)
	if b := whole(t, none); len(b) != 0 || FileSize(none) != 0 {
		t.Errorf("an empty span has %d bytes", len(b))
	}
}
