package twin

import (
	"errors"
	"strings"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin/settings"
)

// cgiConfigRows are the settings.
func cgiConfigRows() []cgiRow {
	const script = "configManager.cgi"
	read := func(t *Twin, c call) reply { return t.configLines(c.arg("name"), t.body.Flash.Settings.Lines) }
	return []cgiRow{
		{script, "getConfig", anyone, read},
		// Recorders give the plain settings where newer devices give their ranges.
		{script, "getConfigCaps", anyone, read},
		{script, "getDefaultConfig", anyone, func(t *Twin, c call) reply {
			return t.configLines(c.arg("name"), t.body.Flash.Settings.FactoryLines)
		}},
		{script, "setConfig", anyone, cgiSetConfig}, // the right hangs on the names
		{script, "restore", anyone, cgiRestore},
		{script, "restoreExcept", anyone, cgiRestoreExcept},
	}
}

func cgiSetConfig(t *Twin, c call) reply {
	pairs := c.pairs()
	if len(pairs) == 0 {
		return badRequest()
	}
	for _, p := range pairs {
		if !t.mayChange(c.user, p.Key) {
			return refuse(403, wire.CGINoRight)
		}
	}
	return t.configDone(t.setSettings(c.now, c.user.Name, pairs))
}

func cgiRestore(t *Twin, c call) reply {
	names := c.names()
	if !t.mayRestore(c.user, names) {
		return refuse(403, wire.CGINoRight)
	}
	return t.configDone(t.restoreSettings(c.now, c.user.Name, names...))
}

func cgiRestoreExcept(t *Twin, c call) reply {
	names := c.names()
	switch {
	case len(names) == 0:
		return badRequest() // all but nothing is what restore is for
	case !t.mayRestore(c.user, nil):
		return refuse(403, wire.CGINoRight)
	}
	return t.configDone(t.restoreSettingsExcept(c.now, c.user.Name, names...))
}

// pairs are the settings of a setConfig: every parameter but action.
func (c call) pairs() wire.Table {
	var t wire.Table
	for _, p := range c.Query {
		if p.Key != "action" {
			t = append(t, p)
		}
	}
	return t
}

// names are names[0]=X&names[1]=Y, which some clients number and some do not.
func (c call) names() []string {
	var names []string
	for _, p := range c.Query {
		if p.Key == "names" || strings.HasPrefix(p.Key, "names[") {
			names = append(names, p.Value)
		}
	}
	return names
}

// configLines answers what a name covers, each line under table.
func (t *Twin) configLines(name string, read func(string) wire.Table) reply {
	table := read(name)
	if len(table) == 0 {
		return t.noSuchConfig(name)
	}
	b := make(wire.Table, len(table))
	for i, p := range table {
		b[i] = wire.Pair{Key: "table." + p.Key, Value: p.Value}
	}
	return t.lines(b)
}

// noSuchConfig is the answer for a name that is not known: newer recorders say that
// one has no right.
func (t *Twin) noSuchConfig(name string) reply {
	if t.body.Model.Generation == GenC {
		return refuse(403, wire.CGINoRight)
	}
	e := &wire.CGIError{Status: 400, Kind: wire.CGINoParam, Name: printableName(name)}
	return reply{status: e.Status, body: []byte(e.Body())}
}

// configDone answers a change of settings.
func (t *Twin) configDone(err error) reply {
	var e *settings.Error
	switch {
	case err == nil:
		return ok()
	case errors.Is(err, errRefused):
		return refuse(500, wire.CGIOther)
	case errors.As(err, &e) && e.Reason == settings.Unknown && t.body.Model.Generation == GenC:
		return refuse(403, wire.CGINoRight)
	}
	return badRequest()
}
