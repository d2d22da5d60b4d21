// Package config holds rekey's settings in one struct. Each is taken from the
// first place that gives it: a flag, an environment variable (REKEY_…), the
// settings file, the default.
//
// The package reads one file and no environment by itself: what the environment
// says comes in as a function, so that a test or another program decides it.
package config

import (
	"log/slog"
	"net"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"

	rekey "github.com/rekey-dvr/rekey"
)

// Settings is everything that can be set. The zero value is not usable; [Load]
// gives a complete one.
type Settings struct {
	// Data is the directory that holds the recoveries, the sealed passwords and
	// their key. It is made when it is missing. Losing it loses every recovery.
	Data string

	// Listen is the address and port that the guide is served on. It has to be a
	// loopback address unless LAN is set. Port 0 takes any free one.
	Listen string

	// LAN allows Listen to be an address of the local network. Other devices
	// then have to be paired first.
	LAN bool

	// Lang is the language of pages and commands where nobody chose another:
	// "en", "es", or "auto" for what the browser asks for.
	Lang string

	// Log is the least level that is logged: debug, info, warn or error. No
	// level logs a secret.
	Log slog.Level

	// PassphraseFile names a file whose first line is the vault's passphrase;
	// empty means that it is asked for where somebody can answer.
	PassphraseFile string

	// Open says whether the guide opens in the browser when it starts.
	Open bool

	// MailHost and MailPort are the mail server that reminders go out by; without a
	// host none do. Port 465 speaks TLS at once, every other one has to offer
	// STARTTLS, unless the server is this computer and no user is set.
	MailHost string
	MailPort int

	// MailUser logs in there with the password that is the first line of the file
	// MailPasswordFile; without one nobody logs in.
	MailUser, MailPasswordFile string

	// MailFrom and MailTo are the sender and the one recipient.
	MailFrom, MailTo string

	// Ntfy is the address of a topic on an ntfy server that reminders are published
	// to, and Webhook one that they are posted to as JSON. The first line of the
	// token file is sent along as a bearer token.
	Ntfy, NtfyTokenFile       string
	Webhook, WebhookTokenFile string

	// ReminderCA is a file of certificates (PEM) that servers of reminders may be
	// signed by, besides those that this computer trusts.
	ReminderCA string
}

// Defaults gives the settings of somebody who set nothing. Where the data lie
// depends on the system (goos, as in runtime.GOOS) and the environment.
func Defaults(goos string, getenv func(string) string) Settings {
	return Settings{
		Data:     defaultData(goos, getenv),
		Listen:   "127.0.0.1:7353",
		Lang:     "auto",
		Log:      slog.LevelInfo,
		Open:     true,
		MailPort: 587,
	}
}

// defaultData follows each system's habit. It is empty when the environment does
// not even name a home, and then has to be given.
func defaultData(goos string, getenv func(string) string) string {
	home := getenv("HOME")
	switch goos {
	case "windows":
		return under(getenv("LocalAppData"), "rekey")
	case "darwin", "ios":
		return under(home, "Library", "Application Support", "rekey")
	}
	if dir := getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "rekey")
	}
	return under(home, ".local", "share", "rekey")
}

// DefaultFile gives the settings file that is read when no other is named; it
// need not exist.
func DefaultFile(goos string, getenv func(string) string) string {
	home := getenv("HOME")
	switch goos {
	case "windows":
		return under(getenv("AppData"), "rekey", "config.yaml")
	case "darwin", "ios":
		return under(home, "Library", "Application Support", "rekey", "config.yaml")
	}
	if dir := getenv("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "rekey", "config.yaml")
	}
	return under(home, ".config", "rekey", "config.yaml")
}

func under(base string, parts ...string) string {
	if base == "" {
		return ""
	}
	return filepath.Join(append([]string{base}, parts...)...)
}

// setting is one field of Settings by its name in the file; in the environment
// it is REKEY_ and the name in capitals, with _ for -.
type setting struct {
	name string
	set  func(*Settings, string) error
}

var settings = []setting{
	{"data", func(s *Settings, v string) error { s.Data = v; return nil }},
	{"listen", func(s *Settings, v string) error { s.Listen = v; return nil }},
	{"lan", func(s *Settings, v string) error { return setBool(&s.LAN, v) }},
	{"lang", func(s *Settings, v string) error { s.Lang = v; return nil }},
	{"log", func(s *Settings, v string) error { return setLevel(&s.Log, v) }},
	{"passphrase-file", func(s *Settings, v string) error { s.PassphraseFile = v; return nil }},
	{"open", func(s *Settings, v string) error { return setBool(&s.Open, v) }},
	{"mail-host", func(s *Settings, v string) error { s.MailHost = v; return nil }},
	{"mail-port", func(s *Settings, v string) error { return setPort(&s.MailPort, v) }},
	{"mail-user", func(s *Settings, v string) error { s.MailUser = v; return nil }},
	{"mail-password-file", func(s *Settings, v string) error { s.MailPasswordFile = v; return nil }},
	{"mail-from", func(s *Settings, v string) error { s.MailFrom = v; return nil }},
	{"mail-to", func(s *Settings, v string) error { s.MailTo = v; return nil }},
	{"ntfy", func(s *Settings, v string) error { s.Ntfy = v; return nil }},
	{"ntfy-token-file", func(s *Settings, v string) error { s.NtfyTokenFile = v; return nil }},
	{"webhook", func(s *Settings, v string) error { s.Webhook = v; return nil }},
	{"webhook-token-file", func(s *Settings, v string) error { s.WebhookTokenFile = v; return nil }},
	{"reminder-ca", func(s *Settings, v string) error { s.ReminderCA = v; return nil }},
}

// Env gives the environment variable of a setting.
func Env(name string) string { return "REKEY_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_")) }

func setBool(to *bool, v string) error {
	b, err := strconv.ParseBool(v)
	if err != nil {
		return rekey.Errorf(rekey.CodeInvalid, "%q is neither true nor false", v)
	}
	*to = b
	return nil
}

func setLevel(to *slog.Level, v string) error {
	switch strings.ToLower(v) {
	case "debug", "info", "warn", "error":
		return to.UnmarshalText([]byte(v))
	}
	return rekey.Errorf(rekey.CodeInvalid, "%q is no level: debug, info, warn or error", v)
}

// check holds the settings against each other, wherever they came from.
func (s Settings) check() error {
	if s.Data == "" {
		return rekey.Errorf(rekey.CodeInvalid, "There is no directory for the data.").
			WithHint("Name one with --data or REKEY_DATA.")
	}
	host, port, err := net.SplitHostPort(s.Listen)
	if err != nil {
		return rekey.Errorf(rekey.CodeInvalid, "listen is not an address with a port: %q.", s.Listen).
			WithHint("For example 127.0.0.1:7353.")
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return rekey.Errorf(rekey.CodeInvalid, "listen has no port from 0 to 65535: %q.", s.Listen)
	}
	if !s.LAN && !loopback(host) {
		return rekey.Errorf(rekey.CodeInvalid, "listen is not on this computer only: %q.", s.Listen).
			WithHint("Use 127.0.0.1, or --lan, which asks other devices to pair first.")
	}
	return s.checkReminders()
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}
