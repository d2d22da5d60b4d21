package twin

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/icholy/digest"
)

// Sound that is switched on is the second track of a stream. GStreamer names tracks
// as RFC 3986 resolves them against the address of the description: without its last
// step and its query.
func TestRTSPSound(t *testing.T) {
	t.Parallel()
	for _, coding := range []struct {
		name, mapped string
		kind         byte
		silence      byte
	}{{"G.711A", "8 PCMA", 8, 0xd5}, {"G.711Mu", "0 PCMU", 0, 0xff}} {
		r := start(t, Config{Clock: Real{}, Password: "Owner2024"})
		base := "rtsp://" + r.ServiceAddress(ServiceRTSP) + "/cam/"
		address := base + "realmonitor?channel=2&subtype=1"
		c := r.rtspTalk()
		_ = c.SetDeadline(time.Now().Add(2 * time.Minute))
		realm, nonce := c.challenged(address)
		begin := ""
		ask := func(method, at string, lines ...string) (int, string, string) {
			status, h, body := c.ask(method, at, append(lines, sign("admin", "Owner2024", realm, nonce, method, at))...)
			begin = between(h.Get("RTP-Info"), ",url=trackID=1;seq=", ";")
			return status, h.Get("Session"), body
		}
		if _, _, body := ask("DESCRIBE", address); strings.Contains(body, "m=audio") {
			t.Fatalf("sound is off: %s", body)
		}
		if status, body := r.cgi("admin", "Owner2024", "configManager.cgi?action=setConfig&Encode[1].ExtraFormat[0].AudioEnable=true"+
			"&Encode[1].ExtraFormat[0].Audio.Compression="+coding.name); status != 200 {
			t.Fatalf("%d %s", status, body)
		}
		want := fmt.Sprintf("m=audio 0 RTP/AVP %d\r\na=control:trackID=1\r\na=rtpmap:%s/8000\r\na=recvonly\r\n", coding.kind, coding.mapped)
		if _, _, body := ask("DESCRIBE", address); !strings.HasSuffix(body, want) {
			t.Fatalf("%s: %s", coding.name, body)
		}
		status, session, _ := ask("SETUP", base+"trackID=0", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1")
		session, _, _ = strings.Cut(session, ";")
		if status != 200 {
			t.Fatalf("the pictures: %d", status)
		}
		if status, _, _ := ask("SETUP", base+"trackID=1", "Transport: RTP/AVP/TCP;unicast;interleaved=2-3", "Session: "+session); status != 200 {
			t.Fatalf("the sound: %d", status)
		}
		if status, _, _ := ask("PLAY", address+"/", "Session: "+session); status != 200 {
			t.Fatalf("PLAY: %d", status)
		}
		first, second := c.packet(2), c.packet(2)
		if got := strconv.Itoa(int(binary.BigEndian.Uint16(first[2:]))); got != begin {
			t.Errorf("the sound begins with packet %s, not %q", got, begin)
		}
		for _, p := range [][]byte{first, second} {
			if p[1]&0x7f != coding.kind || !bytes.Equal(p[12:], bytes.Repeat([]byte{coding.silence}, 320)) {
				t.Errorf("%s: %x", coding.name, p)
			}
		}
		stamp := func(p []byte) uint32 { return binary.BigEndian.Uint32(p[4:]) }
		if binary.BigEndian.Uint16(second[2:]) != binary.BigEndian.Uint16(first[2:])+1 || stamp(second) != stamp(first)+320 {
			t.Errorf("one packet after the other: %x and %x", first[:12], second[:12])
		}
		_ = c.Close()
		r.quiet()
	}
}

// packet reads what comes interleaved until there is a packet of a channel.
func (c *talkRTSP) packet(channel byte) []byte {
	c.Helper()
	for range 2000 {
		head := make([]byte, 4)
		if _, err := io.ReadFull(c.text.R, head); err != nil || head[0] != '$' {
			c.Fatalf("%x: %v", head, err)
		}
		p := make([]byte, binary.BigEndian.Uint16(head[2:]))
		if _, err := io.ReadFull(c.text.R, p); err != nil {
			c.Fatal(err)
		}
		if head[1] == channel {
			return p
		}
	}
	c.Fatalf("no packet of channel %d", channel)
	return nil
}

// The audio_stream_capture of python-amcrest: an answer without end, in one part or
// in many. Channel 0 is answered as recorders do, with a nonce that is out of date.
func TestAudioOverHTTP(t *testing.T) {
	t.Parallel()
	for _, g := range generations {
		r := start(t, Config{Model: Model{Generation: g, Channels: 8}, Password: "Owner2024"})
		c := &http.Client{Transport: &digest.Transport{Username: "admin", Password: "Owner2024", Transport: http.DefaultTransport}, Timeout: 2 * time.Minute}
		get := func(call string) *http.Response {
			resp, err := c.Get("http://" + r.Address() + "/cgi-bin/audio.cgi?action=getAudio&" + call)
			if err != nil {
				t.Fatal(err)
			}
			return resp
		}
		silence := bytes.Repeat([]byte{0xd5}, 800)
		for kind, want := range map[string]string{
			"singlepart": string(silence),
			"multipart":  "--myboundary\r\nContent-Type: Audio/G.711A\r\nContent-Length: 800\r\n\r\n" + string(silence) + "\r\n",
		} {
			resp := get("httptype=" + kind + "&channel=4")
			b := make([]byte, 2*len(want))
			if _, err := io.ReadFull(resp.Body, b); err != nil || string(b) != want+want {
				t.Errorf("%s, %s: %v %.100q", g, kind, err, b)
			}
			if got := resp.Header.Get("Content-Type"); (got == "Audio/G.711A") != (kind == "singlepart") {
				t.Errorf("%s, %s: %s", g, kind, got)
			}
			_ = resp.Body.Close()
		}
		refused := func(call string) (int, string) {
			resp := get(call)
			_ = resp.Body.Close()
			return resp.StatusCode, resp.Header.Get("WWW-Authenticate")
		}
		if status, challenge := refused("httptype=singlepart&channel=0"); status != 401 || !strings.Contains(challenge, `stale="true"`) {
			t.Errorf("%s, channel 0: %d %s", g, status, challenge)
		}
		for _, call := range []string{"httptype=singlepart&channel=5", "httptype=half&channel=1", "httptype=singlepart"} {
			if status, _ := refused(call); status != 400 {
				t.Errorf("%s, %s: %d", g, call, status)
			}
		}
		if r.BadProofs("admin") != 0 {
			t.Errorf("%s: counted as wrong", g)
		}
	}
}

// npm onvif reads the lists of sound one by one and stops at an empty one.
func TestONVIFSound(t *testing.T) {
	r := start(t, Config{Model: Model{Generation: GenC, Channels: 8}, Password: "Owner2024"})
	profile := "<ProfileToken>MediaProfile00000</ProfileToken>"
	r.soapSteps([]soapStep{
		{mediaSpace, "<GetAudioSources />", 200, `<trt:AudioSources token="AudioSource003"><tt:Channels>1</tt:Channels></trt:AudioSources></trt:GetAudioSourcesResponse>`},
		{mediaSpace, "<GetAudioSourceConfigurations />", 200, "<tt:SourceToken>AudioSource000</tt:SourceToken>"},
		{mediaSpace, "<GetAudioEncoderConfigurations />", 200, "<tt:Encoding>G711</tt:Encoding><tt:Bitrate>64</tt:Bitrate><tt:SampleRate>8</tt:SampleRate>"},
		{mediaSpace, "<GetAudioEncoderConfigurationOptions >" + profile + "</GetAudioEncoderConfigurationOptions>", 200, "<tt:Items>64</tt:Items>"},
		{mediaSpace, "<GetAudioSourceConfiguration ><ConfigurationToken>AudioSourceConfig004</ConfigurationToken></GetAudioSourceConfiguration>", 400, "ter:NoConfig"},
		{mediaSpace, "<GetCompatibleAudioEncoderConfigurations >" + profile + "</GetCompatibleAudioEncoderConfigurations>", 200, "AudioEncoder00000"},
		{mediaSpace, "<GetAudioOutputs />", 200, "AudioOutput000"},
		{media2Space, "<GetAudioEncoderConfigurations />", 200, "<tt:Encoding>PCMA</tt:Encoding>"},
	})
	has := func() bool {
		_, body := r.as("admin", "Owner2024", mediaSpace, "<GetProfile >"+profile+"</GetProfile>")
		_, second := r.as("admin", "Owner2024", media2Space, "<GetProfiles ><Token>MediaProfile00000</Token><Type>AudioEncoder</Type></GetProfiles>")
		if strings.Contains(body, "tt:AudioEncoderConfiguration") != strings.Contains(second, "tr2:AudioEncoder ") {
			t.Errorf("the two services differ: %s\n%s", body, second)
		}
		return strings.Contains(body, "tt:AudioSourceConfiguration")
	}
	if has() {
		t.Error("a profile with sound that is off")
	}
	if status, body := r.cgi("admin", "Owner2024", "configManager.cgi?action=setConfig&Encode[0].MainFormat[0].AudioEnable=true"); status != 200 {
		t.Fatalf("%d %s", status, body)
	}
	if !has() {
		t.Error("a profile without its sound")
	}
}
