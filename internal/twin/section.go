package twin

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// section is a group of settings with a page of its own in the wizard and in the
// menu. Which fields each has is from reference lists of the family's pages; their
// wording is this project's.
type section struct {
	name  string
	title string
	items func(v viewer) []item
	lines func(v viewer) []string
	table func(v viewer) *Table
	more  []Button // besides those for going on or saving
	needs right    // to change it from the menu
}

// sections are all of them, by name.
func sections() map[string]section {
	all := map[string]section{}
	for _, s := range []section{
		{name: "general", title: "General", items: viewer.generalItems, needs: authSysCfg},
		{name: "date", title: "Date & Time", items: viewer.dateItems, lines: viewer.dateLines, needs: authSysCfg},
		{name: "network", title: "Network", items: viewer.networkItems, needs: authNetCfg},
		{name: "p2p", title: "P2P & UPnP", items: viewer.p2pItems, lines: viewer.p2pLines, needs: authNetCfg},
		{name: "encode", title: "Encode", items: viewer.encodeItems, needs: authAVParam},
		{name: "record", title: "Record", items: viewer.recordItems, needs: authStoreCfg},
		{
			name: "hdd", title: "HDD Manage", items: viewer.diskItems, lines: viewer.diskLines, table: viewer.diskTable,
			more: []Button{{ID: "format", Label: "Format", Grave: true}}, needs: authStoreCfg,
		},
		{name: "maintain", title: "Auto Maintain", items: viewer.maintainItems, needs: authSysCfg},
	} {
		all[s.name] = s
	}
	return all
}

// setting is a field that is one setting.
func (v viewer) setting(id, label, key string, kind FieldKind, bad string) item {
	s := &v.t.body.Flash.Settings
	return item{
		Field: Field{ID: id, Label: label, Kind: kind}, is: s.Get(key), bad: bad,
		to: func(value string) wire.Table { return wire.Table{{Key: key, Value: value}} },
	}
}

// text is a setting that is typed.
func (v viewer) text(id, label, key string, longest int, bad string) item {
	it := v.setting(id, label, key, FieldText, bad)
	it.Max = longest
	return it
}

// tick is a setting that is on or off.
func (v viewer) tick(id, label, key string) item {
	return v.setting(id, label, key, FieldCheck, badValue)
}

// pick is a setting chosen from a list: pairs of value and label.
func (v viewer) pick(id, label, key string, pairs ...string) item {
	it := v.setting(id, label, key, FieldChoice, badValue)
	it.Choices = choices(pairs...)
	return it
}

func choices(pairs ...string) []Choice {
	list := make([]Choice, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		list = append(list, Choice{pairs[i], pairs[i+1]})
	}
	return list
}

// numbers are choices from one number to another.
func numbers(from, to int) []Choice {
	var list []Choice
	for n := from; n <= to; n++ {
		list = append(list, Choice{strconv.Itoa(n), strconv.Itoa(n)})
	}
	return list
}

// What the screen says of values in general.
const (
	badValue  = "This value is not possible."
	badName   = "The name is not possible."
	badNumber = "This number is not possible."
)

// channelField ends the ID of a field that chooses the channel; anyChannel is its
// value for all channels at once.
const (
	channelField = ".channel"
	anyChannel   = "all"
)

// everywhere gives the ID of the field for all channels that stands beside one for
// a channel: encode.all.fps beside encode.3.fps. Other IDs give themselves.
func everywhere(id string) string {
	page, rest, _ := strings.Cut(id, ".")
	channel, name, there := strings.Cut(rest, ".")
	if _, err := strconv.Atoi(channel); err != nil || !there {
		return id
	}
	return page + "." + anyChannel + "." + name
}

// channelItem chooses the channel that the rest of a page is about.
func (v viewer) channelItem(page string) item {
	list := []Choice{{anyChannel, "All"}}
	list = append(list, numbers(1, v.t.body.Model.Channels)...)
	return item{Field: Field{ID: page + channelField, Label: "Channel", Kind: FieldChoice, Choices: list, Follow: true}, is: anyChannel}
}

// differing is what a field for all channels shows where they are not alike.
const differing = ""

// channelItems are the fields of one channel for each of them, and those for all at
// once first: what is put in for one channel wins over what is put in for all.
func (v viewer) channelItems(page string, of func(channel int) []item) []item {
	channels := v.t.body.Model.Channels
	each := make([][]item, channels)
	for c := range each {
		each[c] = of(c)
	}
	list := []item{v.channelItem(page)}
	for n := range each[0] {
		all := each[0][n]
		all.ID, all.only = fmt.Sprintf("%s.%s.%s", page, anyChannel, all.ID), anyChannel
		for c := range each {
			if each[c][n].is != all.is {
				all.is = differing
			}
		}
		if all.is == differing && all.Kind == FieldChoice {
			all.Choices = append([]Choice{{differing, "(not alike)"}}, all.Choices...)
		}
		all.Hint = map[bool]string{true: "(not alike)"}[all.is == differing && all.Kind == FieldText]
		all.to = func(value string) wire.Table {
			var lines wire.Table
			for c := range each {
				if value != differing {
					lines = append(lines, each[c][n].to(value)...)
				}
			}
			return lines
		}
		list = append(list, all)
	}
	for c := range each {
		for _, it := range each[c] {
			channel := strconv.Itoa(c + 1)
			it.ID, it.only = fmt.Sprintf("%s.%s.%s", page, channel, it.ID), channel
			list = append(list, it)
		}
	}
	return list
}
