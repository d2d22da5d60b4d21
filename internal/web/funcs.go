package web

import (
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"strings"
	"time"

	"github.com/rekey-dvr/rekey/internal/web/view"
)

// funcs gives what templates may call, in one language. Those that show a time
// take the page first, for its zone.
func (r *Renderer) funcs(lang string) template.FuncMap {
	text := func(key string, args map[string]any) (string, error) {
		return r.texts.Text(lang, time.UTC, key, args)
	}
	say := func(zone *time.Location, t view.Text) (string, error) {
		if t.Key == "" {
			return "", nil
		}
		return r.texts.Text(lang, zone, t.Key, t.Args)
	}
	return template.FuncMap{
		"t": func(key string, pairs ...any) (string, error) { return text(key, view.T("", pairs...).Args) },
		"tb": func(key string, pairs ...any) (template.HTML, error) {
			return bold(text(key, view.T("", pairs...).Args))
		},
		"targs": func(p view.Page, key string, args map[string]any) (string, error) {
			return say(zone(p), view.Text{Key: key, Args: args})
		},
		"say":  func(p view.Page, t view.Text) (string, error) { return say(zone(p), t) },
		"sayb": func(p view.Page, t view.Text) (template.HTML, error) { return bold(say(zone(p), t)) },
		"has":  func(key string) bool { _, err := text(key, nil); return err == nil },

		"moment":      func(p view.Page, t time.Time) string { return Moment(lang, t.In(zone(p))) },
		"shortMoment": func(p view.Page, t time.Time) string { return ShortMoment(lang, t.In(zone(p))) },
		"weekday":     func(p view.Page, t time.Time) string { return Weekday(lang, t.In(zone(p))) },
		"clock":       func(p view.Page, t time.Time) string { return Clock(t.In(zone(p))) },
		"date":        func(p view.Page, t time.Time) string { return Date(lang, t.In(zone(p))) },
		"dateYear":    func(p view.Page, t time.Time) string { return DateYear(lang, t.In(zone(p))) },
		"iso":         func(p view.Page, t time.Time) string { return t.In(zone(p)).Format(time.RFC3339) },
		"ms":          func(t time.Time) int64 { return t.UnixMilli() },
		"span":        func(d time.Duration) string { return Span(lang, d) },
		"minsec":      MinSec,
		"hours":       func(d time.Duration) int { return int((d + 30*time.Minute) / time.Hour) },

		"art":       Art,
		"icon":      func(name string) (template.HTML, error) { return Icon(name, "") },
		"iconc":     Icon,
		"wordmark":  Wordmark,
		"qr":        QR,
		"asset":     r.asset,
		"pageAsset": func(p view.Page, ext string) string { return r.assets.URL(p.PageName() + ext) },
		"json":      scriptJSON,

		"act":        newAct,
		"fold":       func(p view.Page, fs []view.Fold, s *view.Source) foldsArgs { return foldsArgs{p, fs, s} },
		"facts":      func(p view.Page, fs []view.Fact) factsArgs { return factsArgs{p, fs} },
		"with2":      func(p view.Page, v any) pair { return pair{p, v} },
		"bits":       bits,
		"key":        keyBits,
		"list":       func(v ...any) []any { return v },
		"dots":       func() []int { return []int{1, 2, 3, 4, 5, 6, 7, 8, 9} },
		"add":        func(a, b int) int { return a + b },
		"sub":        func(a, b int) int { return a - b },
		"pct":        func(n, of, full int) int { return n * full / max(of, 1) },
		"letters":    letters,
		"spelled":    func(l letter) string { return r.spelled(lang, l) },
		"secs":       func(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()) },
		"plot":       newPlot,
		"sinceMS":    func(c view.Coach) int64 { return c.Now.Add(-c.PausedFor).UnixMilli() },
		"minutes":    func(ms int64) int64 { return ms / 60_000 },
		"days":       func(hours int) int { return hours / 24 },
		"hoursAfter": func(t time.Time, h int) time.Time { return t.Add(time.Duration(h) * time.Hour) },
		"coachWords": func() (template.JS, error) { return r.coachWords(lang) },
	}
}

// pair carries the page into a partial beside what the partial shows.
type pair struct {
	P view.Page
	V any
}

func zone(p view.Page) *time.Location {
	if z := p.Base().Zone; z != nil {
		return z
	}
	return time.UTC
}

// asset fails on a name there is no file for, so that no page links to nothing.
func (r *Renderer) asset(name string) (string, error) {
	if u := r.assets.URL(name); u != "" {
		return u, nil
	}
	return "", fmt.Errorf("no asset %q", name)
}

// bold turns **words** of a message into <b>words</b> and escapes everything else.
func bold(s string, err error) (template.HTML, error) {
	if err != nil {
		return "", err
	}
	parts := strings.Split(html.EscapeString(s), "**")
	for i := 1; i < len(parts)-1; i += 2 {
		parts[i] = "<b>" + parts[i] + "</b>"
	}
	return template.HTML(strings.Join(parts, "")), nil
}

// scriptJSON gives v for a script element of type application/json. Go's encoder
// escapes <, > and &, so that no value can end the element.
func scriptJSON(v any) (template.JS, error) {
	b, err := json.Marshal(v)
	return template.JS(b), err
}

// actArgs is what the partial "act" shows.
type actArgs struct {
	view.Action
	Version int64
	Label   string
	Kind    string // "now", "", "danger", "quiet", "missed" …
	Icon    string
	P       view.Page
}

func newAct(p view.Page, a view.Action, label, kind string, icon ...string) actArgs {
	args := actArgs{Action: a, Version: p.Base().Version, Label: label, Kind: kind, P: p}
	if len(icon) > 0 {
		args.Icon = icon[0]
	}
	return args
}

type foldsArgs struct {
	P      view.Page
	Folds  []view.Fold
	Source *view.Source
}

type factsArgs struct {
	P     view.Page
	Facts []view.Fact
}

// bits gives 3 for confirmed down to 0 for unknown, one at a time for drawing.
func bits(confidence string) []bool {
	n := map[string]int{"confirmed": 3, "reported": 2, "inferred": 1}[confidence]
	b := make([]bool, 3)
	for i := range n {
		b[i] = true
	}
	return b
}

// keyBit is one of the seven bits of the progress key.
type keyBit struct {
	X     float64
	State string // "cut", "cur", "next"
}

func keyBits(step int) []keyBit {
	var out []keyBit
	for i := 1; i <= 7; i++ {
		b := keyBit{X: 14 + 13*float64(i-1), State: "next"}
		switch {
		case i < step:
			b.State = "cut"
		case i == step:
			b.State, b.X = "cur", b.X-.6
		}
		out = append(out, b)
	}
	return out
}

// letter is a character of a password, digits told apart.
type letter struct {
	C     string
	Digit bool
}

func letters(s string) []letter {
	var out []letter
	for _, c := range s {
		out = append(out, letter{string(c), c >= '0' && c <= '9'})
	}
	return out
}

// spelled gives the word for a character of a password, and the character itself
// where there is none. It cannot fail: an error would carry the character into
// the log, and keep the owner from a password that is theirs.
func (r *Renderer) spelled(lang string, l letter) string {
	word, err := r.texts.Text(lang, time.UTC, "spell."+l.C, nil)
	if err != nil {
		return l.C
	}
	return word
}

// coachWordKeys are the messages the coach's script says or shows by itself.
var coachWordKeys = []string{
	"hold", "wait", "preroll", "undo.press", "seconds", "say.start", "say.quarter", "say.half",
	"say.three-quarters", "say.last-minute", "say.end", "say.missed", "say.paused", "missed.tap", "missed.taken",
}

// coachWords gives those messages with their placeholders ("{{.N}}") as {n}.
func (r *Renderer) coachWords(lang string) (template.JS, error) {
	words := map[string]string{}
	for _, k := range coachWordKeys {
		s, err := r.texts.Text(lang, time.UTC, "coach."+k, map[string]any{"Press": "{n}", "Done": "{n}"})
		if err != nil {
			return "", err
		}
		words[k] = s
	}
	words["lang"] = lang
	return scriptJSON(words)
}
