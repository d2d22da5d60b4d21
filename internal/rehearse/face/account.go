package face

import (
	rekey "github.com/rekey-dvr/rekey"
	"github.com/rekey-dvr/rekey/internal/twin"
)

// ToAccount goes on from the menu of a twin's monitor to the page that changes
// admin's password, or the user's own where that is all the user may change.
func ToAccount(c twin.Console, user string) error {
	if _, err := c.Accounts(); err != nil {
		return notThere()
	}
	if _, err := c.Account("admin"); err == nil {
		return nil
	}
	if _, err := c.Account(user); err != nil {
		return notThere()
	}
	return nil
}

func notThere() error {
	return rekey.Errorf(rekey.CodeNotNow, "The recorder does not offer the menu now")
}
