package twin

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rekey-dvr/rekey/internal/need"
	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// A stream that is set to Motion JPEG is that on RTSP, in the SDP and in ONVIF, in
// its size, over TCP and UDP; the other one of the channel stays what it was.
func TestMotionJPEGOverRTSP(t *testing.T) {
	const why = "that players show Motion JPEG of a twin"
	ffmpeg, ffprobe := need.Program(t, why, "ffmpeg"), need.Program(t, why, "ffprobe")
	t.Parallel()
	r := start(t, Config{Clock: Real{}, Password: "secret", Model: Model{Channels: 1}})
	r.small("secret", 1, 352, 240, 7)
	codings := func() (all []string) {
		_, body, _ := r.soap(signed("admin", "secret", time.Now()), mediaSpace, "<GetProfiles />")
		for _, m := range regexp.MustCompile(`<tt:Encoding>(\w+)</tt:Encoding>`).FindAllStringSubmatch(body, -1) {
			all = append(all, m[1])
		}
		return all
	}
	probe := func(subtype int) string {
		out, err := exec.CommandContext(t.Context(), ffprobe, "-v", "error", "-analyzeduration", "200000", "-rtsp_transport", "tcp",
			"-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0", r.video("admin", "secret", 1, subtype)).CombinedOutput()
		if err != nil {
			t.Errorf("ffprobe: %v %s", err, out)
		}
		return strings.TrimSpace(string(out))
	}
	if d := cmp.Diff([]string{"H264", "H264"}, codings()); d != "" {
		t.Error(d)
	}
	if _, body := r.cgi("admin", "secret", "configManager.cgi?action=setConfig&Encode[0].MainFormat[0].Video.Compression=MJPG"); !wire.IsOK([]byte(body)) {
		t.Fatal(body)
	}
	if d := cmp.Diff([]string{"JPEG", "H264"}, codings()); d != "" {
		t.Error(d)
	}
	if main, extra := probe(0), probe(1); main != "mjpeg,352,240" || !strings.HasPrefix(extra, "h264,") {
		t.Errorf("the main stream is %s, the extra one %s", main, extra)
	}
	for _, transport := range []string{"tcp", "udp"} {
		frames := decode(t, ffmpeg, time.Second, "-analyzeduration", "200000", "-rtsp_transport", transport, "-i", r.video("admin", "secret", 1, 0))
		if frames < 2 {
			t.Errorf("%d frames over %s", frames, transport)
		}
	}
	// RTP has the size of a JPEG picture in blocks of eight.
	r.small("secret", 1, 366, 250, 7)
	if got := probe(0); got != "mjpeg,360,248" {
		t.Errorf("%s", got)
	}
}
