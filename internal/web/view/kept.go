package view

import "time"

// Unlock asks for the passphrase of a locked vault.
type Unlock struct {
	Frame
	Stage   string // "ask", "open" when it is unlocked already
	Keyring bool   // the keyring should have done it, and did not
	Entry   Entry  // the passphrase; only where Secure
	Back    Action
	Lock    Action // forget the key again
}

// PageName is "unlock".
func (Unlock) PageName() string { return "unlock" }

// Kept is the passwords of one recorder, newest first.
type Kept struct {
	Frame
	Rows   []KeptRow
	Links  []HandedOver
	Card   Action // the recovery card
	Unlock Action // the vault is locked: nothing can be shown
	Back   Action

	// What was asked for, once.
	Secret   string // the password that is shown
	Strength []Text // how strong it is, in plain words
	Code     string // of the link that was made
	Link     string // the address with the code behind a #
	Until    time.Time
}

// PageName is "kept".
func (Kept) PageName() string { return "kept" }

// KeptRow is one password.
type KeptRow struct {
	At       time.Time
	Length   int
	Account  string    // of another account than the owner's
	Holds    bool      // the recorder holds it, as far as is known
	Reset    time.Time // it is of before the recorder was reset; zero: it is not
	Own      bool      // typed by the owner
	Weak     bool      // by device
	Known    Known
	Became   Text
	BecameAt time.Time
	Shown    int // how often, from here
	Show     Action
	HandOver Action
	IsShown  bool // it is the one that Kept.Secret shows
}

// HandedOver is one link that shows a password once.
type HandedOver struct {
	At, Until, EndedAt time.Time
	State              string // "open", "opened", "expired", "withdrawn"
	Withdraw           Action
}

// HandOver takes the code of a link and shows the password, once.
type HandOver struct {
	Frame
	Stage   string // "ask", "shown"
	Entry   Entry
	Secret  string // only where Secure, and only in "shown"
	Account string
	Model   string
}

// PageName is "handover".
func (HandOver) PageName() string { return "handover" }

// KeyCard is the recovery card, to print.
type KeyCard struct {
	Frame
	Model, Serial, MAC, Address, Account string
	Secret                               string // only where it was asked for; otherwise a line to write on
	Length                               int
	QR                                   string // only where it was asked for: the password
	Weak                                 bool
	Made, SetAt                          time.Time
	With, WithQR                         Action // the card with the password on it
	PDF                                  Action
	Back                                 Action
}

// PageName is "keycard".
func (KeyCard) PageName() string { return "keycard" }
