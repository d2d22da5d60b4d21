package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"github.com/rekey-dvr/rekey/internal/web/view"
)

// DefaultLanguage is used where a person's languages are not among [Texts.Languages].
const DefaultLanguage = "en"

// Texts holds every message in every language: one file a language under
// locales, flat, key to message. It is safe for concurrent use.
type Texts struct {
	locs  map[string]*i18n.Localizer
	langs []string
	match language.Matcher
}

// NewTexts reads the messages of all languages.
func NewTexts() *Texts {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	t := &Texts{locs: map[string]*i18n.Localizer{}}
	for _, f := range mustList("locales") {
		bundle.MustParseMessageFileBytes(mustRead("locales/"+f), f)
		t.langs = append(t.langs, strings.TrimSuffix(f, path.Ext(f)))
	}
	// English first: it is what the matcher falls back to.
	slices.SortFunc(t.langs, func(a, b string) int {
		if (a == DefaultLanguage) != (b == DefaultLanguage) {
			if a == DefaultLanguage {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	var tags []language.Tag
	for _, l := range t.langs {
		t.locs[l] = i18n.NewLocalizer(bundle, l)
		tags = append(tags, language.MustParse(l))
	}
	t.match = language.NewMatcher(tags)
	return t
}

// Languages lists the languages, English first.
func (t *Texts) Languages() []string { return slices.Clone(t.langs) }

// Match gives the language of [Texts.Languages] that fits best: a cookie's value
// and an Accept-Language header may be given as they came.
func (t *Texts) Match(wishes ...string) string {
	_, i := language.MatchStrings(t.match, wishes...)
	return t.langs[i]
}

// ErrNoText says that a language has no message of that key.
var ErrNoText = errors.New("no such message")

// Text gives the message of a key. Args of type time.Time become a moment in
// zone ("Wednesday 14:20"), time.Duration a span ("2 min 10 s"), view.Text another
// message; "N" chooses the plural. A message that is missing in the language is an
// error, never another language's text.
func (t *Texts) Text(lang string, zone *time.Location, key string, args map[string]any) (string, error) {
	loc, ok := t.locs[lang]
	if !ok {
		lang, loc = DefaultLanguage, t.locs[DefaultLanguage]
	}
	data := make(map[string]any, len(args))
	for k, v := range args {
		s, err := t.arg(lang, zone, v)
		if err != nil {
			return "", err
		}
		data[k] = s
	}
	c := &i18n.LocalizeConfig{MessageID: key, TemplateData: data}
	if n, ok := args["N"]; ok {
		c.PluralCount = n
	}
	s, tag, err := loc.LocalizeWithTag(c)
	if err != nil {
		return "", fmt.Errorf("%w: %s in %s: %w", ErrNoText, key, lang, err)
	}
	if base, _ := tag.Base(); base.String() != lang {
		return "", fmt.Errorf("%w: %s in %s", ErrNoText, key, lang)
	}
	return s, nil
}

func (t *Texts) arg(lang string, zone *time.Location, v any) (any, error) {
	switch v := v.(type) {
	case time.Time:
		return Moment(lang, v.In(zone)), nil
	case time.Duration:
		return Span(lang, v), nil
	case view.Text:
		return t.Text(lang, zone, v.Key, v.Args)
	}
	return v, nil
}
