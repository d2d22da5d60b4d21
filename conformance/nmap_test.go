package conformance

import (
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"
	"testing"
)

// nmap looks at the recorder's own ports, all of them on loopback.
func nmap(t *testing.T, r recorder) {
	const name = "nmap"
	path := need(t, "nmap", "scans with nmap")
	var ports []string
	web, rtsp := "", ""
	for service, address := range r.Services {
		_, port, err := net.SplitHostPort(address)
		if err != nil {
			t.Fatal(err)
		}
		switch service {
		case "web":
			web = port
		case "rtsp":
			rtsp = port
		default:
			continue
		}
		ports = append(ports, port)
	}
	realm := "realm=Login to " + r.Serial
	if r.Generation == "C" {
		realm = "realm=Login to "
	}
	wants := [][]string{
		{"-sV: Dahua webcam httpd", web + `/tcp\s+open\s+http\s+Dahua webcam httpd`},
		{"http-title: WEB SERVICE", "http-title: WEB SERVICE"},
		{"http-auth: Digest, Login to …", "Digest", realm},
	}
	if rtsp != "" {
		wants = append(wants, []string{"-sV: Dahua IP camera rtspd", rtsp + `/tcp\s+open\s+rtsp\s+Dahua IP camera rtspd`}, []string{"rtsp-methods", "DESCRIBE"})
	}
	var results []error
	for range tries { // what does not answer within nmap's own time is not named
		out, err := run(path, "-n", "-Pn", "-T4", "-sV", "--version-light", "-p", strings.Join(ports, ","),
			"--script", "http-title,http-auth,rtsp-methods",
			"--script-args", "http-auth.path='/cgi-bin/magicBox.cgi?action=getMachineName'", r.Host)
		results = nil
		for _, w := range wants {
			results = append(results, lacks(out, err, w[1:]))
		}
		if errors.Join(results...) == nil {
			break
		}
	}
	for i, w := range wants {
		saw(t, name, w[0], r.Generation, results[i])
	}
}

// lacks says which of some expressions a text does not have.
func lacks(text string, err error, wants []string) error {
	for _, w := range wants {
		if err == nil && !regexp.MustCompile(w).MatchString(text) {
			err = fmt.Errorf("no %q in %s", w, text)
		}
	}
	return err
}
