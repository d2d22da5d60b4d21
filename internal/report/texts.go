package report

import (
	"embed"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

//go:embed texts/*.json
var textFiles embed.FS

// catalogues holds the words of records: language, key, text. {Name} in a text is
// filled in.
var catalogues = loadTexts()

func loadTexts() map[string]map[string]string {
	all := map[string]map[string]string{}
	files, err := textFiles.ReadDir("texts")
	if err != nil {
		panic(err)
	}
	for _, f := range files {
		data, err := textFiles.ReadFile("texts/" + f.Name())
		if err != nil {
			panic(err)
		}
		words := map[string]string{}
		if err := json.Unmarshal(data, &words); err != nil {
			panic(f.Name() + ": " + err.Error())
		}
		all[strings.TrimSuffix(f.Name(), ".json")] = words
	}
	return all
}

// Languages lists the languages of records, English first.
func Languages() []string {
	langs := []string{"en"}
	for l := range catalogues {
		if l != "en" {
			langs = append(langs, l)
		}
	}
	slices.Sort(langs[1:])
	return langs
}

// words is a catalogue with a zone, for one document.
type words struct {
	texts map[string]string
	zone  *time.Location
}

// missed is told of keys that there are not, in tests.
var missed func(key string)

func (p Pages) words() words {
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		zone = time.UTC
	}
	return words{texts: catalogues[p.Language], zone: zone}
}

// t gives the text of a key, filled in: args are names and values in turn. A key
// that there is not gives itself, so that a record of a later rekey can be read.
func (w words) t(key string, args ...string) string {
	text, ok := w.texts[key]
	if !ok {
		if missed != nil {
			missed(key)
		}
		text = key
	}
	var pairs []string
	for i := 0; i+1 < len(args); i += 2 {
		pairs = append(pairs, "{"+args[i]+"}", args[i+1])
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// title gives the words of a step's title, which is a name of the pages' texts or
// is in words already.
func (w words) title(title string) string {
	if text, ok := w.texts["title."+title]; ok {
		return text
	}
	return title
}

// seenAs gives the words of what was seen of a step: of an account, its name and a
// name of the pages' texts.
func (w words) seenAs(as string) string {
	if name, key, two := strings.Cut(as, " "); two {
		if text, ok := w.texts["title."+key]; ok {
			return name + ": " + text
		}
	}
	return as
}

// line gives the sentence of a line of the log.
func (w words) line(l Line) string {
	var args []string
	for name, v := range l.With {
		switch name {
		case "At":
			if t, err := time.Parse(time.RFC3339Nano, v); err == nil {
				v = w.minute(t)
			}
		case "Way", "Outcome", "Item", "Kind":
			v = w.t(v)
		case "Step":
			v = w.title(v)
		}
		args = append(args, name, v)
	}
	key := "log." + l.What
	if _, has := w.texts[key+".one"]; has && l.With["N"] == "1" {
		key += ".one"
	}
	return w.t(key, args...)
}

// second gives a moment to the second: "2026-11-25 14:31:07".
func (w words) second(t time.Time) string { return t.In(w.zone).Format(secondForm) }

const secondForm = "2006-01-02 15:04:05"

// minute gives a moment to the minute.
func (w words) minute(t time.Time) string { return t.In(w.zone).Format("2006-01-02 15:04") }

// spanOf gives a length of time in at most two units, which are the same in every
// language; the sign is left out.
func spanOf(d time.Duration) string {
	d = d.Abs()
	two := func(a int, ua string, b int, ub string) string {
		if b == 0 {
			return count(a) + " " + ua
		}
		return count(a) + " " + ua + " " + count(b) + " " + ub
	}
	switch s := int(d.Round(time.Second) / time.Second); {
	case s >= 3600:
		return two(s/3600, "h", s%3600/60, "min")
	case s >= 60:
		return two(s/60, "min", s%60, "s")
	default:
		return count(s) + " s"
	}
}
