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
	out, err := run(path, "-n", "-Pn", "-T4", "-sV", "--version-light", "-p", strings.Join(ports, ","),
		"--script", "http-title,http-auth,rtsp-methods",
		"--script-args", "http-auth.path='/cgi-bin/magicBox.cgi?action=getMachineName'", r.Host)
	has := func(want string) error {
		if err == nil && !regexp.MustCompile(want).MatchString(out) {
			return fmt.Errorf("no %q in %s", want, out)
		}
		return err
	}
	saw(t, name, "-sV: Dahua webcam httpd", r.Generation, has(web+`/tcp\s+open\s+http\s+Dahua webcam httpd`))
	saw(t, name, "http-title: WEB SERVICE", r.Generation, has("http-title: WEB SERVICE"))
	realm := "realm=Login to " + r.Serial
	if r.Generation == "C" {
		realm = "realm=Login to "
	}
	saw(t, name, "http-auth: Digest, Login to …", r.Generation, errors.Join(has("Digest"), has(realm)))
	if rtsp != "" {
		saw(t, name, "-sV: Dahua IP camera rtspd", r.Generation, has(rtsp+`/tcp\s+open\s+rtsp\s+Dahua IP camera rtspd`))
		saw(t, name, "rtsp-methods", r.Generation, has("DESCRIBE"))
	}
}
