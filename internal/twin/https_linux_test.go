package twin

import (
	"crypto/tls"
	"errors"
	"syscall"
	"testing"
	"time"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// In a rack each twin has a certificate of its own, made when somebody asks it; the
// one with HTTPS off hangs up.
func TestHTTPSInARack(t *testing.T) {
	twins := rack(t, 4, Config{Switches: Switches{HTTPS: HTTPSOn}})
	first, second := twins[0].shown(), twins[1].shown()
	if first.Subject.CommonName != twins[0].cfg.Host || second.Subject.CommonName != twins[1].cfg.Host || first.Equal(second) {
		t.Errorf("certificates of %s and %s", first.Subject, second.Subject)
	}
	if !twins[0].made() || !twins[1].made() || twins[2].made() || twins[3].made() {
		t.Error("certificates are not made for who is asked")
	}
	at := twins[2].ServiceAddress(ServiceHTTPS)
	_ = twins[2].do(func(now time.Time) error {
		return twins[2].setSettings(now, "admin", wire.Table{{Key: httpsEnable, Value: "false"}})
	})
	if _, err := tls.Dial("tcp", at, &tls.Config{InsecureSkipVerify: true}); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("HTTPS that is off: %v", err)
	}
}
