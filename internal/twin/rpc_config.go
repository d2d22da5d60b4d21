package twin

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
	"github.com/rekey-dvr/rekey/internal/twin/settings"
)

// rpcConfigParams are the params of all configManager methods.
type rpcConfigParams struct {
	Name    string          `json:"name"`
	Channel *int            `json:"channel"`
	Table   json.RawMessage `json:"table"`
	Names   []string        `json:"names"`
}

// place is the name with the channel, where one is given.
func (p rpcConfigParams) place() string {
	if p.Channel == nil || *p.Channel < 0 {
		return p.Name // -1 means all channels
	}
	return fmt.Sprintf("%s[%d]", p.Name, *p.Channel)
}

// rpcConfigRows are the settings. The right to write hangs on the name.
func rpcConfigRows() []rpcRow {
	const of = "configManager."
	return []rpcRow{
		{of + "getConfig", anyone, rpcGetConfig},
		{of + "getDefault", anyone, rpcGetConfig},
		{of + "getMemberNames", anyone, func(t *Twin, c *rpcCall) wire.Response {
			return done(c.Request, map[string]any{"names": t.body.Flash.Settings.Names()})
		}},
		{of + "setConfig", anyone, rpcSetConfig},
		{of + "restore", anyone, rpcRestore},
	}
}

// configParams reads the params; ok is false for what cannot be meant.
func (c *rpcCall) configParams() (p rpcConfigParams, ok bool) {
	return p, wire.DecodeParams(c.Params, &p) == nil && !strings.ContainsAny(p.Name, ".[")
}

// rpcGetConfig gives one name of the settings as a tree.
func rpcGetConfig(t *Twin, c *rpcCall) wire.Response {
	p, ok := c.configParams()
	if !ok {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	read := t.body.Flash.Settings.JSON
	if c.Method == "configManager.getDefault" {
		read = t.body.Flash.Settings.FactoryJSON
	}
	if p.Name == allSettings {
		return done(c.Request, map[string]any{"table": everySetting(t.body.Flash.Settings.Names(), read)})
	}
	table, there := read(p.place())
	if !there {
		return failed(c.Request, wire.CodeNoRight)
	}
	return done(c.Request, map[string]any{"table": table})
}

// rpcSetConfig writes one whole name. What the table leaves out stays as it is.
func rpcSetConfig(t *Twin, c *rpcCall) wire.Response {
	p, ok := c.configParams()
	if !ok {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	if !t.mayChange(c.user, p.Name) {
		return failed(c.Request, wire.CodeNoRight)
	}
	pairs, err := t.body.Flash.Settings.Flatten(p.place(), p.Table)
	if err == nil {
		err = t.setSettings(c.now, c.user.Name, pairs)
	}
	if err != nil {
		return failed(c.Request, configCode(err))
	}
	return done(c.Request, map[string]any{"options": []string{}})
}

// rpcRestore restores names, all of them if none is given.
func rpcRestore(t *Twin, c *rpcCall) wire.Response {
	p, ok := c.configParams()
	if !ok {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	names := p.Names
	if p.Name != "" {
		names = append(names, p.Name)
	}
	if !t.mayRestore(c.user, names) {
		return failed(c.Request, wire.CodeNoRight)
	}
	if err := t.restoreSettings(c.now, c.user.Name, names...); err != nil {
		return failed(c.Request, configCode(err))
	}
	return done(c.Request, nil)
}

// configCode is the code of a refused change of settings.
func configCode(err error) wire.ErrorCode {
	var e *settings.Error
	switch {
	case errors.Is(err, errRefused):
		return wire.CodeUnknown
	case errors.As(err, &e) && e.Reason == settings.Unknown:
		return wire.CodeNoRight
	}
	return wire.CodeInvalidParameter
}

// allSettings is the name for every name.
const allSettings = "All"

// everySetting reads each name by itself.
func everySetting[V any](names []string, read func(string) (V, bool)) map[string]V {
	all := make(map[string]V, len(names))
	for _, name := range names {
		if table, there := read(name); there {
			all[name] = table
		}
	}
	return all
}
