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

// rpcConfig gives one name of the settings as a tree, or the names there are.
func (t *Twin) rpcConfig(c *rpcCall) wire.Response {
	var p rpcConfigParams
	if wire.DecodeParams(c.Params, &p) != nil || strings.ContainsAny(p.Name, ".[") {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	s := &t.body.Flash.Settings
	if c.Method == "configManager.getMemberNames" {
		return done(c.Request, map[string]any{"names": s.Names()})
	}
	read := s.JSON
	if c.Method == "configManager.getDefault" {
		read = s.FactoryJSON
	}
	table, there := read(p.place())
	if !there {
		return failed(c.Request, wire.CodeNoRight)
	}
	return done(c.Request, map[string]any{"table": table})
}

// rpcSetConfig writes one whole name, or restores names. What the table leaves out
// stays as it is.
func (t *Twin) rpcSetConfig(c *rpcCall) wire.Response {
	var p rpcConfigParams
	if wire.DecodeParams(c.Params, &p) != nil || strings.ContainsAny(p.Name, ".[") {
		return failed(c.Request, wire.CodeInvalidParameter)
	}
	var err error
	if c.Method == "configManager.restore" {
		names := p.Names
		if p.Name != "" {
			names = append(names, p.Name)
		}
		err = t.restoreSettings(c.now, c.user.Name, names...)
	} else {
		var pairs wire.Table
		if pairs, err = t.body.Flash.Settings.Flatten(p.place(), p.Table); err == nil {
			err = t.setSettings(c.now, c.user.Name, pairs)
		}
	}
	var e *settings.Error
	switch {
	case err == nil && c.Method == "configManager.restore":
		return done(c.Request, nil)
	case err == nil:
		return done(c.Request, map[string]any{"options": []string{}})
	case errors.Is(err, errRefused):
		return failed(c.Request, wire.CodeUnknown)
	case errors.As(err, &e) && e.Reason == settings.Unknown:
		return failed(c.Request, wire.CodeNoRight)
	}
	return failed(c.Request, wire.CodeInvalidParameter)
}
