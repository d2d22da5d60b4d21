package setup

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/rekey-dvr/rekey/internal/recorder/wire"
)

// wants gathers what is wanted of one recorder, as settings.
type wants struct {
	t       *Target
	list    []want
	at      map[string]int // of each key in list
	absent  []Absent
	channel int // that is being gathered, from 1; 0 for what is no channel's
}

// want is one setting as it shall be.
type want struct {
	Change
	section Section
}

func newWants(t *Target) *wants { return &wants{t: t, at: map[string]int{}} }

// hiddenValue stands for a password that the recorder has.
const hiddenValue = "********"

// put wants a value under each of the keys that the recorder has. Without any, what
// is wanted is absent.
func (w *wants) put(word, value string, keys ...string) {
	there := false
	for _, key := range keys {
		if from, ok := w.t.value(key); ok {
			there = true
			if from != value && wire.IsSecret(key, from) {
				from = hiddenValue // a plan is shown, and stored
			}
			w.add(want{section: sectionOf(key), Change: Change{Word: word, Channel: w.channel, Key: key, From: from, To: value,
				Restart: needsRestart(key), Destroys: destroys(key, value)}})
		}
	}
	if !there {
		w.absent = append(w.absent, Absent{Section: sectionOf(keys[0]), Word: word, Channel: w.channel, Key: keys[0]})
	}
}

// add puts a want in place of an earlier one for the same key.
func (w *wants) add(x want) {
	if i, there := w.at[x.Key]; there {
		w.list[i] = x
		return
	}
	w.at[x.Key] = len(w.list)
	w.list = append(w.list, x)
}

// text wants a text where there is one.
func (w *wants) text(word string, v *string, keys ...string) {
	if v != nil {
		w.put(word, *v, keys...)
	}
}

func (w *wants) number(word string, v *int, keys ...string) {
	if v != nil {
		w.put(word, strconv.Itoa(*v), keys...)
	}
}

func (w *wants) truth(word string, v *bool, keys ...string) {
	if v != nil {
		w.put(word, strconv.FormatBool(*v), keys...)
	}
}

// list wants texts under key[0], key[1] ..., and nothing under those that follow.
func (w *wants) texts(word string, v []string, empty, key string) {
	if v == nil {
		return
	}
	for i := range max(len(v), w.t.length(key)) {
		at := fmt.Sprintf("%s[%d]", key, i)
		if i < len(v) {
			w.put(word, v[i], at)
		} else {
			w.put(word, empty, at)
		}
	}
}

// length is how many entries a list has at the recorder.
func (t *Target) length(key string) int {
	for i := range wire.MaxList {
		prefix := fmt.Sprintf("%s[%d]", key, i)
		there := false
		for _, p := range t.Tables[topOf(key)] {
			there = there || p.Key == prefix || strings.HasPrefix(p.Key, prefix+".") || strings.HasPrefix(p.Key, prefix+"[")
		}
		if !there {
			return i
		}
	}
	return wire.MaxList
}

// needsRestart tells what recorders of the family take over after a restart only.
func needsRestart(key string) bool { return key == "VideoStandard" }

// The setting that decides about the oldest recordings of a full disk.
const (
	keyOverwrite = "MediaGlobal.OverwriteMode"
	overwriteOn  = "Overwrite"
	overwriteOff = "Stop"
)

func destroys(key, value string) bool { return key == keyOverwrite && value == overwriteOn }

// same compares as recorders print: numbers with or without decimals, booleans in
// any case. What somebody may have typed is compared as it stands.
func same(key, a, b string) bool {
	switch {
	case a == b:
		return true
	case isText.MatchString(key), wire.IsSecret(key, a), wire.IsSecret(key, b):
		return false
	case numeral.MatchString(a) && numeral.MatchString(b):
		x, err1 := strconv.ParseFloat(a, 64)
		y, err2 := strconv.ParseFloat(b, 64)
		return err1 == nil && err2 == nil && x == y
	}
	return strings.EqualFold(a, b) && (strings.EqualFold(a, "true") || strings.EqualFold(a, "false"))
}

var numeral = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
