package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strconv"

	rekey "github.com/rekey-dvr/rekey"
	"gopkg.in/yaml.v3"
)

// maxFile bounds the settings file.
const maxFile = 64 << 10

// Flags are the settings as flags of a command; nil means not given. A command
// embeds the struct and hands it to [Load].
type Flags struct {
	Config *string `help:"Settings file." placeholder:"FILE" predictor:"file"`
	Data   *string `help:"Directory for recoveries and sealed passwords." placeholder:"DIR" predictor:"file"`
	Lang   *string `help:"Language: en, es, or auto." placeholder:"LANG"`
	Log    *string `help:"Least level logged: debug, info, warn, error." placeholder:"LEVEL"`

	PassphraseFile *string `name:"passphrase-file" help:"File whose first line is the vault's passphrase." placeholder:"FILE" predictor:"file"`

	// Serving and Reminders are the flags of the few commands that serve or send any.
	Serving   ServeFlags    `kong:"-"`
	Reminders ReminderFlags `kong:"-"`
}

// ServeFlags are the settings of how the guide is served.
type ServeFlags struct {
	Listen *string `help:"Address and port to serve on." placeholder:"ADDR"`
	LAN    *bool   `name:"lan" help:"Serve on the local network; other devices pair first."`
	Open   *bool   `help:"Open the guide in the browser." negatable:""`
}

// ReminderFlags are the settings of what takes reminders to people.
type ReminderFlags struct {
	MailHost         *string `group:"reminders" help:"Mail server for reminders." placeholder:"HOST"`
	MailPort         *string `group:"reminders" help:"Its port; 465 is TLS at once, others STARTTLS." placeholder:"PORT"`
	MailUser         *string `group:"reminders" help:"Who logs in there." placeholder:"NAME"`
	MailPasswordFile *string `group:"reminders" help:"File with the password." placeholder:"FILE" predictor:"file"`
	MailFrom         *string `group:"reminders" help:"Sender." placeholder:"ADDRESS"`
	MailTo           *string `group:"reminders" help:"Recipient." placeholder:"ADDRESS"`
	Ntfy             *string `group:"reminders" help:"Topic on an ntfy server." placeholder:"URL"`
	NtfyTokenFile    *string `group:"reminders" help:"File with its token." placeholder:"FILE" predictor:"file"`
	Webhook          *string `group:"reminders" help:"Where reminders are posted as JSON." placeholder:"URL"`
	WebhookTokenFile *string `group:"reminders" help:"File with its token." placeholder:"FILE" predictor:"file"`
	ReminderCA       *string `group:"reminders" name:"reminder-ca" help:"File with more certificates to trust there." placeholder:"FILE" predictor:"file"`
}

func (f ReminderFlags) given() map[string]*string {
	return map[string]*string{
		"mail-host": f.MailHost, "mail-port": f.MailPort, "mail-user": f.MailUser, "mail-password-file": f.MailPasswordFile,
		"mail-from": f.MailFrom, "mail-to": f.MailTo, "ntfy": f.Ntfy, "ntfy-token-file": f.NtfyTokenFile,
		"webhook": f.Webhook, "webhook-token-file": f.WebhookTokenFile, "reminder-ca": f.ReminderCA,
	}
}

func (f Flags) given() map[string]string {
	m := map[string]string{}
	for name, p := range map[string]*string{"data": f.Data, "listen": f.Serving.Listen, "lang": f.Lang, "log": f.Log, "passphrase-file": f.PassphraseFile} {
		if p != nil {
			m[name] = *p
		}
	}
	for name, p := range f.Reminders.given() {
		if p != nil {
			m[name] = *p
		}
	}
	for name, p := range map[string]*bool{"lan": f.Serving.LAN, "open": f.Serving.Open} {
		if p != nil {
			m[name] = strconv.FormatBool(*p)
		}
	}
	return m
}

// Load gives the settings: flags before environment before file before defaults.
// The file is the one that --config or REKEY_CONFIG names, which has to exist, or
// the default one, which need not. An unknown name in it is an error with its
// line. Errors are [rekey.Error]s and say where the wrong value came from.
func Load(flags Flags, getenv func(string) string) (Settings, error) {
	s := Defaults(runtime.GOOS, getenv)
	name, must := DefaultFile(runtime.GOOS, getenv), false
	if v := getenv(Env("config")); v != "" {
		name, must = v, true
	}
	if flags.Config != nil {
		name, must = *flags.Config, true
	}
	file, err := readFile(name, must)
	if err != nil {
		return s, err
	}
	given := flags.given()
	for _, f := range settings {
		value, from, ok := pick(f.name, given, getenv, file)
		if !ok {
			continue
		}
		if err := f.set(&s, value); err != nil {
			return s, rekey.Errorf(rekey.CodeInvalid, "%s", from).Wrap(err)
		}
	}
	return s, s.check()
}

// pick gives the value of the first place that has it, and the place in words.
func pick(name string, flags map[string]string, getenv func(string) string, file entries) (value, from string, ok bool) {
	if v, ok := flags[name]; ok {
		return v, "--" + name, true
	}
	if v := getenv(Env(name)); v != "" {
		return v, Env(name), true
	}
	if e, ok := file.values[name]; ok {
		return e.value, fmt.Sprintf("%s:%d: %s", file.name, e.line, name), true
	}
	return "", "", false
}

type entry struct {
	value string
	line  int
}

type entries struct {
	name   string
	values map[string]entry
}

func readFile(name string, must bool) (entries, error) {
	e := entries{name: name, values: map[string]entry{}}
	if name == "" {
		return e, nil
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) && !must {
		return e, nil
	}
	if err != nil {
		return e, rekey.Errorf(rekey.CodeInvalid, "The settings file cannot be read").Wrap(err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return e, rekey.Errorf(rekey.CodeInvalid, "The settings file cannot be read").Wrap(err)
	}
	if len(b) > maxFile {
		return e, rekey.Errorf(rekey.CodeInvalid, "%s is longer than %d bytes.", name, maxFile)
	}
	return e, e.parse(b)
}

// parse reads one flat list of names and values; a value may be of any kind that
// is one word.
func (e entries) parse(b []byte) error {
	var root yaml.Node
	err := yaml.NewDecoder(bytes.NewReader(b)).Decode(&root)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return rekey.Errorf(rekey.CodeInvalid, "%s is no settings file", e.name).Wrap(err)
	}
	if len(root.Content) != 1 || root.Content[0].Kind != yaml.MappingNode {
		return rekey.Errorf(rekey.CodeInvalid, "%s is no list of names and values.", e.name)
	}
	list := root.Content[0].Content
	for i := 0; i+1 < len(list); i += 2 {
		key, value := list[i], list[i+1]
		if !known(key.Value) || value.Kind != yaml.ScalarNode {
			return rekey.Errorf(rekey.CodeInvalid, "%s:%d: no setting is called %q, or its value is a list.", e.name, key.Line, key.Value)
		}
		if _, twice := e.values[key.Value]; twice {
			return rekey.Errorf(rekey.CodeInvalid, "%s:%d: %q is there twice.", e.name, key.Line, key.Value)
		}
		e.values[key.Value] = entry{value.Value, key.Line}
	}
	return nil
}

func known(name string) bool {
	for _, s := range settings {
		if s.name == name {
			return true
		}
	}
	return false
}
