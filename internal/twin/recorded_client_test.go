package twin

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/icholy/digest"
	"github.com/rekey-dvr/rekey/internal/need"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin/dhav"
)

// fetched is an answer without its body.
type fetched struct {
	StatusCode    int
	Header        http.Header
	ContentLength int64
}

// fetch gets a whole answer with an independent Digest client.
func (r rig) fetch(password, path string, header ...string) (fetched, []byte) {
	r.Helper()
	q, err := http.NewRequestWithContext(r.Context(), http.MethodGet, "http://"+r.Address()+path, nil)
	if err != nil {
		r.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		q.Header.Set(header[i], header[i+1])
	}
	c := &http.Client{Transport: &digest.Transport{
		Username: "admin", Password: password, Transport: &http.Transport{DisableKeepAlives: true},
	}}
	resp, err := c.Do(q)
	if err != nil {
		r.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		r.Fatalf("%s: %v after %d bytes of %d", path, err, len(b), resp.ContentLength)
	}
	return fetched{resp.StatusCode, resp.Header, resp.ContentLength}, b
}

// psnr compares the brightness of two pictures of one size, in decibels.
func psnr(t *testing.T, a, b image.Image) float64 {
	t.Helper()
	p, ok1 := a.(*image.YCbCr)
	q, ok2 := b.(*image.YCbCr)
	if !ok1 || !ok2 || p.Rect.Size() != q.Rect.Size() {
		t.Fatalf("%T of %v and %T of %v", a, a.Bounds(), b, b.Bounds())
	}
	sum := 0.0
	for y := range p.Rect.Dy() {
		for x := range p.Rect.Dx() {
			d := float64(p.Y[y*p.YStride+x]) - float64(q.Y[y*q.YStride+x])
			sum += d * d
		}
	}
	return 10 * math.Log10(255*255/max(sum/float64(p.Rect.Dx()*p.Rect.Dy()), 1e-9))
}

// small makes the main stream of a channel, from 1, one that is drawn quickly.
func (r rig) small(password string, channel, width, height, fps int) {
	r.Helper()
	v := fmt.Sprintf("&Encode[%d].MainFormat[0].Video.", channel-1)
	_, body := r.cgi("admin", password, fmt.Sprintf("configManager.cgi?action=setConfig%sWidth=%d%sHeight=%d%sFPS=%d", v, width, v, height, v, fps))
	if !wire.IsOK([]byte(body)) {
		r.Fatal(body)
	}
}

// firstFrame lets ffmpeg decode the first picture of an address or a file.
func firstFrame(t *testing.T, ffmpeg string, args ...string) image.Image {
	t.Helper()
	file := filepath.Join(t.TempDir(), "frame.jpg")
	args = append(append([]string{"-hide_banner", "-nostdin", "-v", "error"}, args...), "-frames:v", "1", "-q:v", "1", file)
	if words, err := exec.CommandContext(t.Context(), ffmpeg, args...).CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg %v: %v\n%s", args, err, words)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// shows fails unless a picture is what a camera saw at a moment, and not what it
// saw a second later.
func (r rig) shows(p image.Image, channel int, at time.Time) {
	r.Helper()
	r.mu.Lock()
	cam, size := r.camera(channel), r.shape(channel, 0).size()
	r.mu.Unlock()
	seen := func(at time.Time) image.Image {
		p, err := cam.Picture(at, size)
		if err != nil {
			r.Fatal(err)
		}
		return p
	}
	then, later := psnr(r.T, p, seen(at)), psnr(r.T, p, seen(at.Add(time.Second)))
	if then < 32 || then < later+3 {
		r.Errorf("channel %d at %v: %.1f dB, a second later %.1f dB", channel+1, at, then, later)
	}
}

func TestRecordingsAreDownloaded(t *testing.T) {
	ffmpeg := need.Program(t, "that other people's players play downloaded recordings", "ffmpeg")
	t.Parallel()
	r := start(t, Config{Password: "secret"})
	r.small("secret", 2, 352, 240, 7)
	r.clock.Advance(3 * time.Minute)
	motion := r.files("secret", 2, "&condition.Flag[0]=Event")[0]
	begin, err := time.Parse(time.DateTime, motion.StartTime)
	if err != nil {
		t.Fatal(err)
	}
	path := "/cgi-bin/RPC_Loadfile" + motion.FilePath
	resp, whole := r.fetch("secret", path)
	if resp.StatusCode != 200 || resp.ContentLength != motion.Length || int64(len(whole)) != motion.Length {
		t.Fatalf("%d, %d bytes promised, %d got, %d listed", resp.StatusCode, resp.ContentLength, len(whole), motion.Length)
	}
	if _, again := r.fetch("secret", "/RPC_Loadfile"+strings.NewReplacer("[", "%5B", "]", "%5D", "@", "%40").Replace(motion.FilePath)); sha256.Sum256(again) != sha256.Sum256(whole) {
		t.Error("the same file twice is not the same")
	}
	resp, part := r.fetch("secret", path, "Range", "bytes=600000-600099")
	if resp.StatusCode != 206 || resp.Header.Get("Content-Range") != fmt.Sprintf("bytes 600000-600099/%d", motion.Length) || !bytes.Equal(part, whole[600000:600100]) {
		t.Errorf("a part: %d, %q, %d bytes", resp.StatusCode, resp.Header.Get("Content-Range"), len(part))
	}
	pictures := 0
	for frames := dhav.NewReader(bytes.NewReader(whole), time.UTC); ; pictures++ {
		f, err := frames.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if f.Channel != 1 || f.At.Before(begin) || f.At.After(begin.Add(time.Duration(motion.Duration)*time.Second)) {
			t.Fatalf("a frame of channel %d at %v", f.Channel, f.At)
		}
	}
	file := filepath.Join(t.TempDir(), "motion.dav")
	if err := os.WriteFile(file, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if n := decode(t, ffmpeg, time.Hour, "-i", file); n != pictures || n == 0 {
		t.Errorf("ffmpeg sees %d frames of %d", n, pictures)
	}
	r.shows(firstFrame(t, ffmpeg, "-i", file), 1, begin)

	window := fmt.Sprintf("&startTime=%s&endTime=%s", stamp(begin), stamp(begin.Add(time.Duration(motion.Duration)*time.Second)))
	if _, b := r.fetch("secret", "/cgi-bin/loadfile.cgi?action=startLoad&channel=2&subtype=0"+window); !bytes.Equal(b, whole) {
		t.Error("by time it is not the same as by name")
	}
}

func TestDownloadsThatCannotBe(t *testing.T) {
	r := start(t, Config{Password: "secret"})
	r.clock.Advance(3 * time.Minute)
	before := r.Ledger()["admin"].Bad
	for path, want := range map[string]string{
		"/cgi-bin/RPC_Loadfile/mnt/dvr/2026-01-01/001/dav/03/03.00.00-03.01.00[R][0@0][0].dav": "404",
		"/cgi-bin/RPC_Loadfile/mnt/dvr/2026-01-01/001/dav/00/00.00.00-00.09.00[R][0@0][0].dav": "404",
		"/cgi-bin/RPC_Loadfile/mnt/dvr/2026-01-01/009/dav/00/00.00.00-00.01.00[R][0@0][0].dav": "404",
		"/cgi-bin/RPC_Loadfile/etc/passwd": "404",
		"/RPC_Loadfile/mnt/dvr":            "404",
		"/cgi-bin/loadfile.cgi?action=startLoad&channel=1&startTime=2020-01-01%2000:00:00&endTime=2020-01-01%2000:01:00": "200 Error\r\nBad Request!\r\n",
		"/cgi-bin/loadfile.cgi?action=startLoad&channel=1&startTime=x&endTime=y":                                         "400",
		"/cgi-bin/loadfile.cgi?action=startLoad&channel=9&startTime=2026-01-01%2000:00:00&endTime=2026-01-01%2000:01:00": "400",
		"/cgi-bin/snapshot.cgi?channel=0":                               "400",
		"/cgi-bin/snapshot.cgi?channel=9":                               "400",
		"/cgi-bin/mjpg/video.cgi?channel=9":                             "400",
		"/cgi-bin/mjpg/video.cgi?subtype=0":                             "400",
		"/cgi-bin/realmonitor.cgi?channel=1":                            "400",
		"/cgi-bin/realmonitor.cgi?action=getStream&channel=1&subtype=2": "400",
	} {
		resp, b := r.fetch("secret", path)
		if got := fmt.Sprint(resp.StatusCode); got != want && got+" "+string(b) != want {
			t.Errorf("%s: %s %q", path, got, b)
		}
	}
	if r.Ledger()["admin"].Bad != before {
		t.Error("a refused path counted as a wrong password")
	}
}

func TestASessionFetchesRecordings(t *testing.T) {
	for _, g := range []Generation{GenA, GenB, GenC} {
		r := start(t, Config{Model: Model{Generation: g}, Password: "secret.1"})
		r.small("secret.1", 1, 352, 240, 7)
		r.clock.Advance(3 * time.Minute)
		motion := r.files("secret.1", 1, "&condition.Flag[0]=Event")[0]
		client := r.login("admin", "secret.1")
		for name, want := range map[string]int{"WebClientHttpSessionID": 206, "DWebClientSessionID": 206, "Other": 401} {
			q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+r.Address()+"/RPC_Loadfile"+motion.FilePath, nil)
			if err != nil {
				t.Fatal(err)
			}
			q.Header.Set("Range", "bytes=0-99")
			q.AddCookie(&http.Cookie{Name: name, Value: strings.Trim(string(client.Session), `"`)})
			resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(q)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != want {
				t.Errorf("%s with %s: %d", g, name, resp.StatusCode)
			}
		}
	}
}

func TestPlaybackShowsTheMoment(t *testing.T) {
	ffmpeg := need.Program(t, "that other people's players play recordings", "ffmpeg")
	ffprobe := need.Program(t, "that other people's tools understand recordings", "ffprobe")
	t.Parallel()
	r := start(t, Config{Password: "secret"})
	r.small("secret", 4, 704, 480, 12)
	r.clock.Advance(10 * time.Minute)
	if err := r.SetCable(CableCameras, false); err != nil {
		t.Fatal(err)
	}
	r.clock.Advance(time.Minute)
	if err := r.SetCable(CableCameras, true); err != nil {
		t.Fatal(err)
	}
	r.clock.Advance(time.Minute)
	begin := epoch.Add(5*time.Minute + 17*time.Second)
	address := func(path string, from time.Time, long time.Duration) string {
		const form = "2006_01_02_15_04_05"
		return fmt.Sprintf("rtsp://admin:secret@%s/cam/%s?channel=4&subtype=0&starttime=%s&endtime=%s",
			r.ServiceAddress(ServiceRTSP), path, from.Format(form), from.Add(long).Format(form))
	}
	for _, path := range []string{"playback", "realmonitor"} {
		r.shows(firstFrame(t, ffmpeg, "-rtsp_transport", "tcp", "-i", address(path, begin, time.Minute)), 3, begin)
	}
	// Two seconds before a gap of a minute and one after it.
	gap := address("playback", epoch.Add(10*time.Minute-2*time.Second), 63*time.Second)
	if n := decode(t, ffmpeg, time.Hour, "-rtsp_transport", "tcp", "-i", gap); n != 36 {
		t.Errorf("%d frames beside a gap", n)
	}
	out, err := exec.CommandContext(t.Context(), ffprobe, "-v", "error", "-rtsp_transport", "tcp", "-show_entries",
		"format=duration:stream=codec_name,width,height,avg_frame_rate", "-of", "csv=p=0", address("playback", begin, 30*time.Second)).CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "h264,704,480,12/1") || !strings.Contains(string(out), "30.0") {
		t.Errorf("ffprobe: %v %s", err, out)
	}
	if out, err := exec.CommandContext(t.Context(), ffprobe, "-v", "error", address("playback", epoch.Add(-time.Hour), time.Minute)).CombinedOutput(); err == nil || !strings.Contains(string(out), "404") {
		t.Errorf("what was never recorded: %v %s", err, out)
	}
}

func TestSnapshots(t *testing.T) {
	for _, g := range []Generation{GenA, GenB, GenC} {
		r := start(t, Config{Model: Model{Generation: g}, Password: "secret.1"})
		r.small("secret.1", 8, 704, 480, 12)
		for _, channel := range []int{0, 8} { // 0: none named, which is the first
			path := "/cgi-bin/snapshot.cgi"
			if channel > 0 {
				path += fmt.Sprintf("?channel=%d", channel)
			}
			resp, b := r.fetch("secret.1", path)
			p, err := jpeg.Decode(bytes.NewReader(b))
			if err != nil || resp.Header.Get("Content-Type") != "image/jpeg" || resp.ContentLength != int64(len(b)) || len(b) < 1000 {
				t.Fatalf("%s: %v %v", path, err, resp.Header)
			}
			r.shows(p, max(0, channel-1), epoch)
		}
	}
}

func TestStreamsOverHTTP(t *testing.T) {
	ffmpeg := need.Program(t, "that other people's players play the twin's HTTP streams", "ffmpeg")
	t.Parallel()
	r := start(t, Config{Clock: Real{}, Password: "secret"})
	for _, path := range []string{"mjpg/video.cgi?channel=1&subtype=1", "realmonitor.cgi?action=getStream&channel=2&subtype=1"} {
		if n := decode(t, ffmpeg, time.Second, "-i", "http://admin:secret@"+r.Address()+"/cgi-bin/"+path); n < 1 {
			t.Errorf("%s: %d frames", path, n)
		}
	}
	r.quiet()
}

func TestRecordingsByRPC2(t *testing.T) {
	r := start(t, Config{Model: Model{Generation: GenC}, Password: "secret.1"})
	r.clock.Advance(2 * time.Hour)
	session := r.login("admin", "secret.1").Session
	object := string(r.call(session, "mediaFileFind.factory.create", "null").Result)
	call := func(method, params string) answer {
		return r.post("/RPC2", fmt.Sprintf(`{"method":"mediaFileFind.%s","params":%s,"object":%s,"id":3,"session":%s}`, method, params, object, session))
	}
	window := fmt.Sprintf(`"StartTime":%q,"EndTime":%q`, epoch.Format(time.DateTime), epoch.Add(3*time.Hour).Format(time.DateTime))
	a := call("findFile", `{"condition":{"Channel":1,`+window+`,"Types":["dav"],"Flags":["Timing","Event","Manual"],"Events":["*"],"Order":"Ascent"}}`)
	if string(a.Result) != "true" {
		t.Fatalf("%+v", a)
	}
	var seconds int
	var paths []string
	for range 50 {
		var p struct {
			Found int
			Infos []wire.MediaItem
		}
		if err := json.Unmarshal(call("findNextFile", `{"count":10}`).Params, &p); err != nil || p.Found != len(p.Infos) || p.Found > 10 {
			t.Fatalf("%+v, %v", p, err)
		}
		if p.Found == 0 {
			break
		}
		for _, m := range p.Infos {
			seconds += m.Duration
			paths = append(paths, m.FilePath)
			if m.Channel != 1 {
				t.Errorf("a file of channel %d", m.Channel)
			}
		}
	}
	var listed []string
	for _, m := range r.files("secret.1", 2, "") {
		listed = append(listed, m.FilePath)
	}
	if d := cmp.Diff(listed, paths); d != "" || seconds != 7200 {
		t.Errorf("%d s; CGI and RPC2 differ: %s", seconds, d)
	}
	if a := call("findFile", `{"condition":{"Channel":1,`+window+`,"Events":["AlarmLocal"]}}`); string(a.Result) != "false" {
		t.Errorf("nothing found: %s", a.Result)
	}
	for _, method := range []string{"close", "destroy"} {
		if a := call(method, "null"); string(a.Result) != "true" {
			t.Errorf("%s: %s", method, a.Result)
		}
	}
	if a := call("findNextFile", `{"count":10}`); string(a.Result) != "false" {
		t.Errorf("a search that ended goes on: %s", a.Result)
	}
}
