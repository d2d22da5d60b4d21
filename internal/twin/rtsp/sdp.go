package rtsp

import (
	"encoding/base64"
	"fmt"
	"strings"
)

const (
	payloadType = 96
	jpegType    = 26 // of RFC 3551
	clockRate   = 90_000
)

// sdp describes a stream in the words and the order of the family's recorders.
// The two lines with DH name what their own clients may ask for instead of plain
// RTP; every other client leaves them alone.
func sdp(f Format) []byte {
	length := "now-"
	if f.Length > 0 {
		length = fmt.Sprintf("0-%.6f", f.Length.Seconds())
	}
	kind, coded := payloadType, []string{
		fmt.Sprintf("a=rtpmap:%d H264/%d", payloadType, clockRate),
		fmt.Sprintf("a=fmtp:%d packetization-mode=1;%s", payloadType, sets(f)),
	}
	if f.JPEG {
		kind, coded = jpegType, []string{fmt.Sprintf("a=rtpmap:%d JPEG/%d", jpegType, clockRate)}
	}
	lines := []string{
		"v=0",
		"o=- 2252091052 2252091052 IN IP4 0.0.0.0",
		"s=Media Server",
		"c=IN IP4 0.0.0.0",
		"t=0 0",
		"a=control:*",
		"a=packetization-supported:DH",
		"a=rtppayload-supported:DH",
		"a=range:npt=" + length,
		fmt.Sprintf("m=video 0 RTP/AVP %d", kind),
		"a=control:trackID=0",
		fmt.Sprintf("a=framerate:%f", float64(f.FPS)),
	}
	lines = append(lines, coded...)
	lines = append(lines, "a=recvonly")
	if f.Sound != NoSound {
		lines = append(lines, fmt.Sprintf("m=audio 0 RTP/AVP %d", f.Sound.payload()), "a=control:trackID=1",
			fmt.Sprintf("a=rtpmap:%d %s/%d", f.Sound.payload(), f.Sound.name(), soundRate), "a=recvonly")
	}
	return []byte(strings.Join(append(lines, ""), "\r\n"))
}

// sets are the parameter sets of H.264.
func sets(f Format) string {
	profile := ""
	if len(f.SPS) >= 4 {
		profile = fmt.Sprintf("profile-level-id=%X;", f.SPS[1:4])
	}
	both := base64.StdEncoding.EncodeToString(f.SPS) + "," + base64.StdEncoding.EncodeToString(f.PPS)
	return profile + "sprop-parameter-sets=" + both
}
