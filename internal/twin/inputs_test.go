package twin

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/need"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin/camera"
)

// white is a folder with one picture of nothing but white.
func white(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	p := image.NewRGBA(image.Rect(0, 0, 352, 240))
	for i := range p.Pix {
		p.Pix[i] = 255
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, nil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "white.jpg"), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func input(t *testing.T, text string) Input {
	t.Helper()
	in, err := ParseInput(text)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// bright tells whether a picture is white but for its texts.
func bright(p image.Image) bool { return meanOf(p) > 225 }

// snapped tells whether a snapshot of a channel, from 1, is white.
func (r rig) snapped(channel int) bool {
	r.Helper()
	_, body := r.fetch("secret", fmt.Sprintf("/cgi-bin/snapshot.cgi?channel=%d", channel))
	p, err := jpeg.Decode(bytes.NewReader(body))
	if err != nil {
		r.Fatal(err)
	}
	return bright(p)
}

// lossOf asks where the signal is lost.
func (r rig) lossOf() string {
	_, body := r.cgi("admin", "secret", "eventManager.cgi?action=getEventIndexes&code=VideoLoss")
	return strings.TrimSpace(body)
}

func TestAFolderIsACamera(t *testing.T) {
	ffmpeg, ffprobe := need.Program(t, "that players see what an input shows", "ffmpeg"), need.Program(t, "that players see what an input shows", "ffprobe")
	t.Parallel()
	file := filepath.Join(t.TempDir(), "twin.json")
	cfg := Config{Password: "secret", StateFile: file, Inputs: map[int]Input{2: input(t, white(t)), 3: input(t, "none")}}
	r := start(t, cfg)
	r.small("secret", 2, 352, 240, 7)
	r.clock.Advance(5 * time.Second)
	if r.snapped(1) || !r.snapped(2) {
		t.Error("the folder is not at input 2 alone")
	}
	if got := r.lossOf(); got != "channels[0]=2" {
		t.Errorf("lost: %q", got)
	}
	live := r.video("admin", "secret", 2, 0)
	if out, err := exec.CommandContext(t.Context(), ffprobe, "-v", "error", "-analyzeduration", "200000", "-rtsp_transport", "tcp", "-show_entries",
		"stream=codec_name,width", "-of", "csv=p=0", live).CombinedOutput(); err != nil || !strings.HasPrefix(string(out), "h264,352") {
		t.Errorf("ffprobe: %v %s", err, out)
	}
	if !bright(firstFrame(t, ffmpeg, "-analyzeduration", "200000", "-rtsp_transport", "tcp", "-i", live)) {
		t.Error("RTSP shows something else")
	}
	if err := r.SetInput(2, Input{}); err != nil {
		t.Fatal(err)
	}
	if r.snapped(2) {
		t.Error("a test card is white")
	}
	played := fmt.Sprintf("rtsp://admin:secret@%s/cam/playback?channel=2&subtype=0&starttime=%s",
		r.ServiceAddress(ServiceRTSP), epoch.Add(time.Second).Format("2006_01_02_15_04_05"))
	if !bright(firstFrame(t, ffmpeg, "-analyzeduration", "200000", "-rtsp_transport", "tcp", "-i", played)) {
		t.Error("what was recorded of the folder shows something else")
	}
	for channel, wrong := range map[int]Input{0: {}, 9: {}} {
		if err := r.SetInput(channel, wrong); !errors.Is(err, ErrNoPart) {
			t.Errorf("input %d: %v", channel, err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	cfg.Inputs = nil
	again := start(t, cfg)
	for i, want := range []InputKind{InputTest, InputTest, InputNone} {
		if c := again.Snapshot().Cameras[i]; c.Kind != want || c.Signal != (want != InputNone) {
			t.Errorf("taken up again: %+v", c)
		}
	}
}

func TestAFolderWithoutPicturesIsALostSignal(t *testing.T) {
	t.Parallel()
	r := start(t, Config{Password: "secret"})
	heard := r.hears(wire.EventVideoLoss)
	dir := t.TempDir()
	expect := func(what string, want ...string) {
		t.Helper()
		if got := strings.Join(heard(), " "); got != strings.Join(want, " ") {
			t.Errorf("%s: %q", what, got)
		}
	}
	if err := r.SetInput(4, input(t, dir)); err != nil {
		t.Fatal(err)
	}
	expect("nothing in it", "Code=VideoLoss;action=Start;index=3")
	if r.snapped(4) {
		t.Error("it is white")
	}
	b, err := os.ReadFile(filepath.Join(white(t), "white.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.jpeg"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := r.SetInput(4, input(t, dir)); err != nil {
		t.Fatal(err)
	}
	expect("a picture in it", "Code=VideoLoss;action=Stop;index=3")
	if err := r.SetFault("signal-loss:4", 0); err != nil {
		t.Fatal(err)
	}
	expect("the fault", "Code=VideoLoss;action=Start;index=3")
	if r.snapped(4) || r.Snapshot().Cameras[3].Signal {
		t.Error("there is a signal with the fault")
	}
	if err := r.SetFault("signal-loss:9", 0); !errors.Is(err, ErrNoPart) {
		t.Errorf("an input it has not: %v", err)
	}
	for _, wrong := range []Fault{"signal-loss:0", "signal-loss:x", "signal-loss:", "signal-loss:01", "drop:2"} {
		if _, _, err := ParseFault(string(wrong)); err == nil {
			t.Errorf("%s is known", wrong)
		}
	}
}

func TestAnotherRecorderIsACamera(t *testing.T) {
	ffmpeg := need.Program(t, "that players see what an input shows", "ffmpeg")
	t.Parallel()
	far := start(t, Config{Password: "secret", Inputs: map[int]Input{1: input(t, white(t))}})
	if _, body := far.cgi("admin", "secret", "configManager.cgi?action=setConfig&Encode[0].ExtraFormat[0].Video.Compression=MJPG"); !wire.IsOK([]byte(body)) {
		t.Fatal(body)
	}
	file := filepath.Join(t.TempDir(), "twin.json")
	cfg := Config{Password: "secret", StateFile: file, Inputs: map[int]Input{1: input(t, far.video("admin", "secret", 1, 1))}}
	r := start(t, cfg)
	r.small("secret", 1, 352, 240, 7)
	if n := far.streams.hub.Running(); n != 0 {
		t.Fatalf("%d streams run, and nobody looks", n)
	}
	r.clock.Advance(5 * time.Second)
	if !r.snapped(1) {
		t.Error("a snapshot does not show it")
	}
	if !bright(firstFrame(t, ffmpeg, "-analyzeduration", "200000", "-rtsp_transport", "tcp", "-i", r.video("admin", "secret", 1, 0))) {
		t.Error("RTSP does not show it")
	}
	played := fmt.Sprintf("rtsp://admin:secret@%s/cam/playback?channel=1&subtype=0&starttime=%s",
		r.ServiceAddress(ServiceRTSP), epoch.Add(time.Second).Format("2006_01_02_15_04_05"))
	p := firstFrame(t, ffmpeg, "-analyzeduration", "200000", "-rtsp_transport", "tcp", "-i", played)
	if want := mean(t, camera.NotKept{}, 352, 240); bright(p) || meanOf(p) < want-8 || meanOf(p) > want+8 {
		t.Errorf("what was recorded of it has a brightness of %v instead of %v", meanOf(p), want)
	}
	heard := r.hears(wire.EventVideoLoss)
	far.Unplug()
	var got []string
	r.until("nobody tells of the loss", func() bool { got = append(got, heard()...); return len(got) > 0 })
	if strings.Join(got, " ") != "Code=VideoLoss;action=Start;index=0" || r.lossOf() != "channels[0]=0" || r.snapped(1) {
		t.Errorf("it is lost: %v, %q", got, r.lossOf())
	}
	_ = r.Close()
	b, err := os.ReadFile(file)
	if err != nil || bytes.Contains(b, []byte("secret")) || !bytes.Contains(b, []byte("/cam/realmonitor?channel=1")) {
		t.Errorf("the state file: %v", err)
	}
	cfg.Inputs = nil
	again := start(t, cfg)
	if c := again.Snapshot().Cameras[0]; c.Kind != InputStream || c.Signal || c.Trouble == "" {
		t.Errorf("without its password: %+v", c)
	}
}

// until looks again and again, for a minute at most.
func (r rig) until(what string, yes func() bool) {
	r.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		if yes() {
			return
		}
		<-tick.C
	}
	r.Fatal(what)
}

// mean is how bright a source is in a size, meanOf how bright a picture is.
func mean(t *testing.T, s camera.Source, w, h int) float64 {
	t.Helper()
	p, err := camera.Camera{Name: "CAM1", Source: s}.Picture(epoch, camera.Size{Width: w, Height: h})
	if err != nil {
		t.Fatal(err)
	}
	return meanOf(p)
}

func meanOf(p image.Image) float64 {
	b, sum := p.Bounds(), 0
	for y := range b.Dy() {
		for x := range b.Dx() {
			sum += int(color.GrayModel.Convert(p.At(b.Min.X+x, b.Min.Y+y)).(color.Gray).Y)
		}
	}
	return float64(sum) / float64(b.Dx()*b.Dy())
}

func TestInputsThatCannotBe(t *testing.T) {
	file := filepath.Join(white(t), "white.jpg")
	for _, text := range []string{
		"", file, filepath.Join(t.TempDir(), "nowhere"), "http://127.0.0.1/", "rtsp://", "rtsp://8.8.8.8/", "rtsp://camera.example/x",
		"rtsp://a:tulip4@[::1", "rtsp://127.0.0.1/user=admin&password=tulip4&channel=1", "rtsp://127.0.0.1/?Token=tulip4", strings.Repeat("x", 2049),
	} {
		var e *ConfigError
		if _, err := ParseInput(text); !errors.As(err, &e) || strings.Contains(err.Error(), "tulip4") {
			t.Errorf("%.60q: %v", text, err)
		}
	}
	in := input(t, "rtsp://admin:tulip4@127.0.0.1:5554/live?channel=1")
	held := struct{ in Input }{in}
	for _, printed := range []string{fmt.Sprintf("%v %+v %#v %s", in, in, in, in), fmt.Sprintf("%v %+v %#v", held, held, held)} {
		if strings.Contains(printed, "tulip4") {
			t.Errorf("it prints %s", printed)
		}
	}
	if _, err := New(Config{Inputs: map[int]Input{9: in}}); !errors.Is(err, ErrNoPart) {
		t.Errorf("input 9 of 8: %v", err)
	}
	for _, text := range []string{"test", "none", white(t), "rtsp://127.0.0.1:5554/live?channel=1", "rtsp://u:p@[::1]/"} {
		in := input(t, text)
		b, err := in.MarshalJSON()
		var back Input
		if err != nil || back.UnmarshalJSON(b) != nil || back.String() != in.String() || back.Kind() != in.Kind() || back.login != in.login {
			t.Errorf("%s comes back as %v (%v)", in, back, err)
		}
	}
	for _, text := range []string{`{}`, `{"kind":"test","where":"/"}`, `{"kind":"folder","where":"x"}`, `{"kind":"stream","where":"rtsp://8.8.8.8/"}`, `{"kind":"mirror"}`, `7`} {
		if new(Input).UnmarshalJSON([]byte(text)) == nil {
			t.Errorf("%s is read", text)
		}
	}
}
