package firmware

import (
	"testing"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// TestPasswordsAreNotNotedToBeTriedOut: what is noted of a password is the same for
// every one, while other settings that differ are told apart.
func TestPasswordsAreNotNotedToBeTriedOut(t *testing.T) {
	t.Parallel()
	b := Before{Salt: "00"}
	of := func(key, value string) string { return b.digest(wire.Pair{Key: key, Value: value}) }
	if of("Email.Password", "one") != of("Email.Password", "two") || of("Email.Password", "one") == of("Email.Password", "") {
		t.Error("a password is more than there, or not")
	}
	if of("General.MachineName", "one") == of("General.MachineName", "two") {
		t.Error("a name that changed is not told")
	}
}
